"""How varied a set is: the mean distance between two of its sounds, whatever their labels, of one, or of two."""

import numpy as np

from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference
from waveloom.evaluation.metrics._points import Points, squares

SPACE = "embedding"
MEANING = (
    "Diversity: how different the sounds of a set are from each other (mean Euclidean distance), as a ratio to the "
    "real set's: far below 1 means that the generator repeats itself. Within: sounds of one label, averaged over "
    "labels; across: sounds of different labels, where far below 1 means that labels are blended."
)
BETTER = {
    "diversity": "closer to floor",
    "diversity_ratio": "closer to 1",
    "diversity_within": "closer to 1",
    "diversity_across": "closer to 1",
}
LEAST = 2  # sounds in each set


def score(judged: Points, against: Reference) -> dict[str, float | str]:
    """Compare mean pairwise distances with the real set's."""
    if min(len(judged), len(against.real)) < LEAST:
        raise NotMeasuredError("it needs at least 2 sounds in each set")
    own, real = judged.once(_spread), against.real.once(_spread)
    if real == 0:
        raise NotMeasuredError("the real sounds are all the same to this ear")
    return {"diversity": own, "diversity_ratio": own / real, **_by_label(judged, against.real)}


def _spread(points: Points) -> float:
    return float(_distances(points)[np.triu_indices(len(points), 1)].mean(dtype=np.float64))


def _by_label(judged: Points, real: Points) -> dict[str, float | str]:
    shared = sorted(set(judged.labels) & set(real.labels) - {""})
    ours, theirs = (_blocks(part, shared) for part in (judged, real))
    one, two = np.eye(len(shared), dtype=bool), np.triu(np.ones((len(shared),) * 2, bool), 1)
    return {"diversity_within": _ratio(ours, theirs, one), "diversity_across": _ratio(ours, theirs, two)}


def _ratio(ours: np.ndarray, theirs: np.ndarray, where: np.ndarray) -> float | str:
    where = where & np.isfinite(ours) & np.isfinite(theirs)
    if not where.any():
        return f"{ABSENT}too few labelled sounds in both sets"
    whole = float(theirs[where].mean())
    return float(ours[where].mean()) / whole if whole > 0 else f"{ABSENT}real sounds of these labels are all the same"


def _blocks(part: Points, labels: list[str]) -> np.ndarray:
    """Mean distance between sounds of each two labels, (labels, labels), NaN where there is no such pair."""
    member = (part.labels[:, None] == np.array(labels, str)).astype(np.float64)  # (n, labels)
    sums, sizes = member.T @ part.once(_distances) @ member, member.sum(axis=0)
    pairs = np.outer(sizes, sizes) - np.diag(sizes)
    return np.divide(sums, pairs, out=np.full(sums.shape, np.nan), where=pairs > 0)


def _distances(points: Points) -> np.ndarray:
    return np.sqrt(points.between(points, squares))
