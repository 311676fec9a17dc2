"""Kernel audio distance: the unbiased MMD of Chung et al. 2025 (arXiv 2502.15602)."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics._points import Points, squares, within

SPACE = "embedding"
MEANING = (
    "Kernel distance: how far apart the two clouds of points lie (maximum mean discrepancy, x 100). "
    "Zero on average for two draws of one source, so it may fall slightly below."
)
BETTER = {"kernel_distance": "lower"}
LEAST = 2  # sounds in each set


def score(judged: Points, against: Reference) -> dict[str, float]:
    """Compare all pairs by a Gaussian kernel as wide as the median distance within the real set."""
    if min(len(judged), len(against.real)) < LEAST:
        raise NotMeasuredError("it needs at least 2 sounds in each set")
    width, real = against.real.once(_real)
    between = float(np.exp(judged.between(against.real, squares) * (-0.5 / width)).mean(dtype=np.float64))
    return {"kernel_distance": 100 * (_mean_kernel(judged, width) + real - 2 * between)}


def _real(points: Points) -> tuple[float, float]:
    """The squared bandwidth, and the mean kernel within the real set."""
    upper = within(points)[np.triu_indices(len(points), 1)]
    width = float(np.sqrt(np.median(upper))) ** 2 if len(upper) else 0.0
    if not width > 0:
        raise NotMeasuredError("half of the real sounds or more are the same to this ear")
    return width, _mean_kernel(points, width)


def _mean_kernel(points: Points, width: float) -> float:
    kernel = np.exp(within(points) * (-0.5 / width))  # 0 from each point to itself
    return float(kernel.sum(dtype=np.float64)) / (len(points) * (len(points) - 1))
