"""Share of statistically different bins, NDB/K (Richardson and Weiss, 2018)."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics._distances import EmbeddingRows, rows
from waveloom.features.pairwise_distances import squared_distances

SPACE = "embedding"
TRAINING = True
MEANING = (
    "Different bins: k-means divides the training sounds into up to 50 bins; the number is the share of bins that "
    "hold significantly more or fewer of these sounds than of real ones (two-proportion z-test at 5%). Chance alone "
    "gives 0.05; larger sets reveal smaller differences."
)
BETTER = {"different_bins": "lower"}
_BINS, _SOUNDS_PER_BIN = 50, 10  # at most; at least, on average
_Z = 1.959964  # two-sided 5% quantile of the normal distribution


def score(evaluated: EmbeddingRows, reference: Reference) -> dict[str, float]:
    """Compare the shares of both sets in each bin."""
    centres = reference.train.cached(_centres)
    evaluated_counts, real_counts = (_bin_counts(subset, centres) for subset in (evaluated, reference.real))
    pooled = (evaluated_counts + real_counts) / (len(evaluated) + len(reference.real))
    error = np.sqrt(pooled * (1 - pooled) * (1 / len(evaluated) + 1 / len(reference.real)))
    difference = np.abs(evaluated_counts / len(evaluated) - real_counts / len(reference.real))
    return {"different_bins": float((difference > _Z * np.maximum(error, 1e-12)).mean())}


def note(evaluated: EmbeddingRows, reference: Reference) -> str:
    """Report a reduced number of bins."""
    bins, training = len(reference.train.cached(_centres)), len(reference.train)
    return "" if bins == _BINS else f"Different bins: {training} training sounds fill {bins} bins, not {_BINS}."


def _centres(train: EmbeddingRows) -> np.ndarray:
    """Centres of k-means on the training sounds: (bins, d), at least 10 sounds per bin on average."""
    from sklearn.cluster import KMeans

    points = train.per_sound(rows)
    bins = min(_BINS, len(np.unique(points, axis=0)), len(points) // _SOUNDS_PER_BIN)
    if bins < 2:
        raise NotMeasuredError(f"{len(points)} training sounds do not fill two bins")
    return KMeans(bins, n_init=3, random_state=0).fit(points.astype(np.float64)).cluster_centers_


def _bin_counts(part: EmbeddingRows, centres: np.ndarray) -> np.ndarray:
    """How many sounds are nearest to each centre: (bins,)."""
    nearest = squared_distances(part.per_sound(rows), centres).argmin(axis=1)
    return np.bincount(nearest, minlength=len(centres))
