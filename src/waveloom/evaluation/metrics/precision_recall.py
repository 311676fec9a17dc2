"""Precision and recall (Kynkäänniemi et al., 2019), density and coverage (Naeem et al., 2020)."""

import numpy as np

from waveloom.evaluation.metrics import Reference
from waveloom.evaluation.metrics._distances import EmbeddingRows, distances_within, equally_many, squared_distances

SPACE = "embedding"
MEANING = (
    "Precision: the share of sounds in the neighbourhood of a real sound; recall: the share of real sounds in the "
    "neighbourhood of one of these; density: the mean number of real neighbourhoods that a sound is in, divided by 5; "
    "coverage: the share of real sounds with one of these in their neighbourhood. A neighbourhood reaches to the 5th "
    "nearest neighbour in the own set. Two draws from one distribution score about 0.5, 0.5, 1 and 0.97, never 1."
)
BETTER = {"precision": "higher", "recall": "higher", "density": "closer to 1", "coverage": "higher"}
_K = 5
LEAST = _K + 1  # sounds in each set


def score(evaluated: EmbeddingRows, reference: Reference) -> dict[str, float]:
    """Count which sounds lie in which k-nearest-neighbour balls, with equally many sounds in both sets."""
    evaluated, real = equally_many(evaluated, reference.real, LEAST)
    distances = evaluated.pairwise(real, squared_distances)
    in_real = distances <= real.cached(_radii)
    in_evaluated = distances <= evaluated.cached(_radii)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_evaluated.any(axis=0).mean()),
        "density": float(in_real.mean() * len(real) / _K),
        "coverage": float(in_real.any(axis=0).mean()),
    }


def _radii(rows: EmbeddingRows) -> np.ndarray:
    """Squared distance of each sound to its k-th neighbour, (n,)."""
    return np.partition(distances_within(rows), _K - 1, axis=1)[:, _K - 1]
