"""The leave-one-out nearest-neighbour two-sample test (Lopez-Paz and Oquab, 2017)."""

import numpy as np

from waveloom.evaluation.metrics import Reference
from waveloom.evaluation.metrics._points import Points, equal, squares, within

SPACE = "embedding"
MEANING = (
    "Two-sample accuracy: how often a sound's nearest neighbour is of its own set, judged or real. 0.5: they cannot "
    "be told apart; 1: always; below 0.5: sounds of one set are closer to the other's than chance, as copies are."
)
BETTER = {"two_sample_accuracy": "closer to 0.5"}
LEAST = 2  # sounds in each set


def score(judged: Points, against: Reference) -> dict[str, float]:
    """Ask each sound of both sets, as many of one as of the other."""
    judged, real = equal(judged, against.real, LEAST)
    across = judged.between(real, squares)
    votes = [_votes(judged, across.min(axis=1)), _votes(real, across.min(axis=0))]
    return {"two_sample_accuracy": float(np.concatenate(votes).mean())}


def _votes(points: Points, other: np.ndarray) -> np.ndarray:
    own = points.once(_nearest)
    # The same sound in both sets, or a tie, decides nothing.
    return np.where((other == 0) | (own == other), 0.5, own < other)


def _nearest(points: Points) -> np.ndarray:
    return within(points).min(axis=1)
