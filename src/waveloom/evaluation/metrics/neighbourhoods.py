"""Precision and recall (Kynkäänniemi et al., 2019), density and coverage (Naeem et al., 2020)."""

import numpy as np

from waveloom.evaluation.metrics import Reference
from waveloom.evaluation.metrics._points import Points, equal, squares, within

SPACE = "embedding"
MEANING = (
    "Precision: the share of sounds that lie among real ones; recall: the share of real ones that lie among these; "
    "density: how crowded their places are; coverage: the share of real sounds that have one near. Near is within the "
    "distance to a sound's 5th neighbour. Two draws of one source score about 0.5, 0.5, 1 and 0.97, never 1."
)
BETTER = {"precision": "higher", "recall": "higher", "density": "closer to 1", "coverage": "higher"}
_K = 5
LEAST = _K + 1  # sounds in each set


def score(judged: Points, against: Reference) -> dict[str, float]:
    """Count who lies in whose neighbourhood, as many sounds in one set as in the other."""
    judged, real = equal(judged, against.real, LEAST)
    distances = judged.between(real, squares)
    in_real, in_judged = distances <= real.once(_radii), distances <= judged.once(_radii)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_judged.any(axis=0).mean()),
        "density": float(in_real.mean() * len(real) / _K),
        "coverage": float(in_real.any(axis=0).mean()),
    }


def _radii(points: Points) -> np.ndarray:
    """Squared distance of each to its k-th neighbour, (n,)."""
    return np.partition(within(points), _K - 1, axis=1)[:, _K - 1]
