"""Weights that balance classes of different sizes."""

import numpy as np


def balanced_weights(classes: np.ndarray, count: int) -> np.ndarray:
    """Weight of each example (n,) such that each of `count` classes has the same total; the mean weight is 1."""
    sizes = np.bincount(classes, minlength=count)
    return (len(classes) / (count * sizes))[classes]
