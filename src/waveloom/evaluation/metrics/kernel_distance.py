"""Kernel audio distance (Chung et al., 2025, arXiv 2502.15602) in an embedding."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics._distances import EmbeddingRows, squared_distances
from waveloom.features.kernel_distance import mean_kernel, unbiased_mmd

SPACE = "embedding"
MEANING = (
    "Kernel distance: the distance between two sets of embeddings (unbiased squared maximum mean discrepancy, x 100). "
    "It is zero on average for two draws from one distribution, so it may be slightly negative."
)
BETTER = {"kernel_distance": "lower"}
LEAST = 2  # sounds in each set


def score(evaluated: EmbeddingRows, reference: Reference) -> dict[str, float]:
    """Compare all pairs with a Gaussian kernel whose bandwidth is the median distance within the real set."""
    if min(len(evaluated), len(reference.real)) < LEAST:
        raise NotMeasuredError("it needs at least 2 sounds in each set")
    width, real = reference.real.cached(_bandwidth_and_kernel)
    across = mean_kernel([evaluated.pairwise(reference.real, squared_distances)], width)
    return {"kernel_distance": unbiased_mmd(real, _kernel_within(evaluated, width), across)}


def _bandwidth_and_kernel(real: EmbeddingRows) -> tuple[float, float]:
    """The bandwidth, and the mean kernel within the real set."""
    pairs = real.pairwise(real, squared_distances)[np.triu_indices(len(real), 1)]
    width = float(np.sqrt(np.median(pairs))) if len(pairs) else 0.0
    if not width > 0:
        raise NotMeasuredError("half of the real sounds or more have the same embedding")
    return width, _kernel_within(real, width)


def _kernel_within(rows: EmbeddingRows, width: float) -> float:
    return mean_kernel([rows.pairwise(rows, squared_distances)], width, len(rows))
