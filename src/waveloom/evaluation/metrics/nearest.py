"""Is it nearer to what it was trained on than to what it never heard."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics._points import Points, squares
from waveloom.evaluation.points import draw

SPACE = "embedding"
MEANING = (
    "Nearest: mean distance of each sound to the nearest training sound and to the nearest held-out one, of equally "
    "many. Nearer to training sounds than other real sounds are, and not to held-out ones, is memory."
)
BETTER = {"nearest_train": "closer to floor", "nearest_held_out": "closer to floor"}


def score(judged: Points, against: Reference) -> dict[str, float]:
    """Measure against as many training sounds as held-out ones."""
    count = min(len(against.train), len(against.real))
    if not count:
        raise NotMeasuredError("there are no training sounds")
    train, real = draw(against.train, count), draw(against.real, count)
    return {"nearest_train": _mean(judged, train), "nearest_held_out": _mean(judged, real)}


def _mean(judged: Points, others: Points) -> float:
    return float(np.sqrt(judged.between(others, squares).min(axis=1)).mean(dtype=np.float64))
