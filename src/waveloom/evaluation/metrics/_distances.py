"""Distances between embedding rows, shared by the metrics of the space "embedding"."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError
from waveloom.evaluation.subset import Subset, random_subset
from waveloom.features import pairwise_distances

EmbeddingRows = Subset[np.ndarray]
_ROUNDING = 1e-12  # relative; a smaller distance is one between equal rows


def squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances of rows (n, d) and (m, d): (n, m) float32; exactly 0 between equal rows."""
    return pairwise_distances.squared_distances(a, b, _ROUNDING).astype(np.float32)


def distances_within(rows: EmbeddingRows) -> np.ndarray:
    """Squared distances within a set, (n, n); infinite on the diagonal."""
    distances = rows.pairwise(rows, squared_distances)
    np.fill_diagonal(distances, np.inf)
    return distances


def equally_many(evaluated: EmbeddingRows, real: EmbeddingRows, least: int) -> tuple[EmbeddingRows, EmbeddingRows]:
    """Random subsets of equal size, for metrics that depend on it; NotMeasuredError below `least` rows each."""
    count = min(len(evaluated), len(real))
    if count < least:
        raise NotMeasuredError(f"{count} sounds are too few; it needs {least} in each set")
    return random_subset(evaluated, count), random_subset(real, count)


def rows(data: np.ndarray) -> np.ndarray:
    """The embedding rows themselves, as a measure for `Subset.per_sound`."""
    return data
