"""Kernel audio distance: the unbiased MMD of Chung et al. 2025 (arXiv 2502.15602), on features."""

from waveloom.evaluation.metrics import Sounds
from waveloom.features import distance

MEANING = (
    "How far apart the two clouds of features lie (maximum mean discrepancy, x 100). "
    "Zero on average for two draws of one source, so it may fall slightly below."
)
BETTER = {"kernel_distance": "lower"}


def score(real: Sounds, generated: Sounds) -> dict[str, float]:
    """Compare features; the kernel's bandwidth is the median distance within the real set."""
    return {"kernel_distance": float(distance.kernel_distance(real.features, generated.features))}
