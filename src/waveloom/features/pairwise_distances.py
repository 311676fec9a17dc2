"""Squared Euclidean distances between the rows of two tables."""

import numpy as np


def squared_distances(a: np.ndarray, b: np.ndarray, tolerance: float = 0.0) -> np.ndarray:
    """Squared Euclidean distance of each row of `a` (n, d) to each row of `b` (m, d): (n, m) float64, 0 or more.

    Computed as |x|^2 + |y|^2 - 2 x.y; a result of at most `tolerance` times |x|^2 + |y|^2 is rounding error and
    becomes exactly 0.
    """
    a, b = a.astype(np.float64, copy=False), b.astype(np.float64, copy=False)
    norms = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("nd,nd->n", b, b)
    distances = norms - 2 * a @ b.T
    return np.where(distances <= tolerance * norms, 0.0, distances)
