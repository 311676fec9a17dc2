"""The leave-one-out nearest-neighbour two-sample test (Lopez-Paz and Oquab, 2017)."""

import numpy as np

from waveloom.evaluation.metrics import Reference
from waveloom.evaluation.metrics._distances import EmbeddingRows, distances_within, equally_many, squared_distances

SPACE = "embedding"
MEANING = (
    "Two-sample accuracy: how often the nearest neighbour of a sound belongs to the same set, evaluated or real. 0.5: "
    "the sets cannot be told apart; 1: always told apart; below 0.5: sounds are nearer to the other set than chance "
    "gives, as copies are."
)
BETTER = {"two_sample_accuracy": "closer to 0.5"}
LEAST = 2  # sounds in each set


def score(evaluated: EmbeddingRows, reference: Reference) -> dict[str, float]:
    """Classify each sound of both sets by its nearest neighbour, with equally many sounds in both."""
    evaluated, real = equally_many(evaluated, reference.real, LEAST)
    across = evaluated.pairwise(real, squared_distances)
    correct = [_correct(evaluated, across.min(axis=1)), _correct(real, across.min(axis=0))]
    return {"two_sample_accuracy": float(np.concatenate(correct).mean())}


def _correct(rows: EmbeddingRows, other: np.ndarray) -> np.ndarray:
    """1 if the nearest neighbour is in the same set, 0 if in the other, 0.5 for a tie; (n,).

    `other` (n,) holds the squared distances to the nearest sound of the other set.
    """
    own = rows.cached(_nearest)
    # A sound that is in both sets is a tie, too.
    return np.where((other == 0) | (own == other), 0.5, own < other)


def _nearest(rows: EmbeddingRows) -> np.ndarray:
    return distances_within(rows).min(axis=1)
