"""Mean distance to the nearest training sound, and to the nearest held-out sound."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics._distances import EmbeddingRows, squared_distances
from waveloom.evaluation.subset import random_subset

SPACE = "embedding"
TRAINING = True
MEANING = (
    "Nearest: mean distance of each sound to the nearest training sound and to the nearest held-out sound, among "
    "equally many. A generator memorises if its sounds are nearer to training sounds than other real sounds are, but "
    "not nearer to held-out ones."
)
BETTER = {"nearest_train": "closer to floor", "nearest_held_out": "closer to floor"}


def score(evaluated: EmbeddingRows, reference: Reference) -> dict[str, float]:
    """Compare with equally many training sounds and held-out sounds."""
    count = min(len(reference.train), len(reference.real))
    if not count:
        raise NotMeasuredError("there are no training sounds")
    train, real = random_subset(reference.train, count), random_subset(reference.real, count)
    return {"nearest_train": _mean_nearest(evaluated, train), "nearest_held_out": _mean_nearest(evaluated, real)}


def _mean_nearest(evaluated: EmbeddingRows, others: EmbeddingRows) -> float:
    return float(np.sqrt(evaluated.pairwise(others, squared_distances).min(axis=1)).mean(dtype=np.float64))
