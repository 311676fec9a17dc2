"""Magnitude spectrum estimated from mel bands."""

import numpy as np


def bands_to_bins(bands: np.ndarray, filters: np.ndarray, steps: int) -> np.ndarray:
    """Non-negative least squares: (frames, bins) such that its product with `filters` approximates (frames, bands).

    Multiplicative updates (Lee and Seung, 2001, theorem 1) from a smooth start: bins that the bands do not distinguish
    stay equal, and silence stays silent.
    """
    share = filters.sum(axis=1, keepdims=True).T
    bins = bands @ filters.T / np.maximum(share, np.float32(1e-6))
    target, square = bands @ filters.T, filters @ filters.T
    for _ in range(steps):
        bins *= target / np.maximum(bins @ square, np.float32(1e-12))
    return bins
