"""Distances between points, shared by the metrics of clouds."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError
from waveloom.evaluation.points import Part, draw

Points = Part[np.ndarray]


def squares(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances of rows (n, d) and (m, d): (n, m) float32; exactly 0 between equal rows."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    norms = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("nd,nd->n", b, b)
    found = norms - 2 * a @ b.T
    return np.where(found <= 1e-12 * norms, 0, found).astype(np.float32)


def within(points: Points) -> np.ndarray:
    """Squared distances inside a set, (n, n), infinite from each point to itself."""
    found = points.between(points, squares)
    np.fill_diagonal(found, np.inf)
    return found


def equal(judged: Points, real: Points, least: int) -> tuple[Points, Points]:
    """Draw as many of one as of the other, at least `least`: what counts neighbours depends on how many there are."""
    count = min(len(judged), len(real))
    if count < least:
        raise NotMeasuredError(f"{count} sounds are too few; it needs {least} in each set")
    return draw(judged, count), draw(real, count)
