"""The number of statistically different bins (Richardson and Weiss, 2018)."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics._points import Points

SPACE = "embedding"
MEANING = (
    "Different bins: the training sounds are parted into up to 50 bins of like sounds (k-means); the share of bins "
    "that hold significantly more or fewer of these sounds than of real ones (two-proportion z-test at 5%). "
    "Chance alone makes 0.05; more sounds find smaller differences."
)
BETTER = {"different_bins": "lower"}
_BINS, _A_BIN, _Z = 50, 10, 1.959964


def score(judged: Points, against: Reference) -> dict[str, float]:
    """Compare the shares of both sets in each bin."""
    centres = against.train.once(_centres)
    a, b = (_filled(part, centres) for part in (judged, against.real))
    pooled = (a + b) / (len(judged) + len(against.real))
    spread = np.sqrt(pooled * (1 - pooled) * (1 / len(judged) + 1 / len(against.real)))
    apart = np.abs(a / len(judged) - b / len(against.real))
    return {"different_bins": float((apart > _Z * np.maximum(spread, 1e-12)).mean())}


def note(judged: Points, against: Reference) -> str:
    """Say when there are fewer bins than usual."""
    bins = len(against.train.once(_centres))
    return (
        "" if bins == _BINS else f"Different bins: {len(against.train)} training sounds fill {bins} bins, not {_BINS}."
    )


def _centres(train: Points) -> np.ndarray:
    """Centres of k-means on the training sounds: (bins, d), at least 10 sounds a bin on average."""
    from sklearn.cluster import KMeans

    points = train.each(_points)
    bins = min(_BINS, len(np.unique(points, axis=0)), len(points) // _A_BIN)
    if bins < 2:
        raise NotMeasuredError(f"{len(points)} training sounds do not fill two bins")
    return KMeans(bins, n_init=3, random_state=0).fit(points.astype(np.float64)).cluster_centers_


def _filled(part: Points, centres: np.ndarray) -> np.ndarray:
    points = part.each(_points).astype(np.float64)
    nearer = (centres**2).sum(axis=1) - 2 * points @ centres.T
    return np.bincount(nearer.argmin(axis=1), minlength=len(centres))


def _points(points: np.ndarray) -> np.ndarray:
    return points
