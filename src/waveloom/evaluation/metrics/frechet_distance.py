"""Fréchet audio distance (Kilgour et al., 2019), and where it goes as sets grow (Chong and Forsyth, 2020)."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics._points import Points
from waveloom.evaluation.points import draw

SPACE = "embedding"
MEANING = (
    "Fréchet distance: between two Gaussians fitted to the clouds. It is too large for few sounds by an amount that "
    "shrinks as 1 / number; infinite is the value that a line through halves and whole sets points to."
)
BETTER = {"frechet_distance": "lower", "frechet_distance_infinite": "lower"}
LEAST = 8  # sounds in each set


def score(judged: Points, against: Reference) -> dict[str, float]:
    """Fit and compare Gaussians over as many sounds of each set; extrapolate linearly in 1 / number to 0."""
    count = min(len(judged), len(against.real))
    if count < LEAST:
        raise NotMeasuredError(f"{count} sounds are too few; it needs {LEAST} in each set")
    a, b = (_shuffled(draw(part, count)) for part in (judged, against.real))
    # Not quarters: of fewer sounds than dimensions the line bends (256 of 132: 13 for 0, where halves give 0.04).
    half = count // 2
    whole = frechet(a, b)
    halved = (frechet(a[:half], b[:half]) + frechet(a[half : 2 * half], b[half : 2 * half])) / 2
    infinite = (count * whole - half * halved) / (count - half)
    return {"frechet_distance": whole, "frechet_distance_infinite": infinite}


def note(judged: Points, against: Reference) -> str:
    """Warn where the covariance of so few sounds says little."""
    count, columns = min(len(judged), len(against.real)), judged.each(_points).shape[1]
    if count >= 2 * columns:
        return ""
    return f"Fréchet distances of {count} sounds in {columns} dimensions are unreliable; {2 * columns} would do."


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """|mean a - mean b|^2 + tr(A + B - 2 (A B)^(1/2)) of rows (n, d), (m, d); 0 or more up to rounding.

    With A = X'X and B = Y'Y the last trace is the sum of the singular values of XY', which needs no root of a matrix.
    """
    means = a.mean(axis=0) - b.mean(axis=0)
    x, y = _factor(a), _factor(b)
    overlap = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    return max(float(means @ means + np.sum(x * x) + np.sum(y * y) - 2 * overlap), 0.0)


def _factor(rows: np.ndarray) -> np.ndarray:
    """X with X'X the covariance of rows (n, d): (min(n, d), d)."""
    return np.asarray(np.linalg.qr((rows - rows.mean(axis=0)) / np.sqrt(len(rows) - 1), mode="r"))


def _shuffled(points: Points) -> np.ndarray:
    # Sets come sorted by recording; a quarter in that order would be of a few recordings only.
    return points.each(_points)[np.random.default_rng(0).permutation(len(points))].astype(np.float64)


def _points(points: np.ndarray) -> np.ndarray:
    return points
