"""How far one set of sounds lies from another, judged by their features."""

from collections.abc import Iterator

import numpy as np

from waveloom.config.errors import InputError

_SCALE = 100.0  # the paper's, so that usual values are readable
_BLOCK = 512  # rows; at most _BLOCK x n distances are held at once
_MEDIAN_ROWS = 2048  # rows the median is taken over; 2 million pairs tell it well enough


def kernel_distance(real: np.ndarray, generated: np.ndarray, bandwidth: float | None = None) -> float:
    """Kernel audio distance: 100 x the unbiased squared maximum mean discrepancy, Gaussian kernel; 0 is best.

    Rows are clips, columns scaled features; the sets may differ in size. Being unbiased it lies a little below 0
    as often as above when both sets come from one source. Without `bandwidth` it is the median distance between
    real clips, so only values with the same real set compare. Chung et al. (2025), arXiv 2502.15602.
    """
    real, generated = _checked(real, "real"), _checked(generated, "generated")
    if real.shape[1] != generated.shape[1]:
        raise InputError(
            f"Real clips have {real.shape[1]} features, generated {generated.shape[1]}; measure both alike."
        )
    width = median_distance(real) if bandwidth is None else bandwidth
    if not width > 0:
        raise InputError(f"The bandwidth is {width}; it must be above 0. Half of the real clips or more are the same.")
    within = _mean_kernel(real, real, width, distinct=True) + _mean_kernel(generated, generated, width, distinct=True)
    return _SCALE * (within - 2 * _mean_kernel(real, generated, width, distinct=False))


def median_distance(rows: np.ndarray) -> float:
    """The median Euclidean distance between two different rows; of many rows, evenly spaced ones stand for all."""
    if len(rows) > _MEDIAN_ROWS:
        rows = rows[np.linspace(0, len(rows) - 1, _MEDIAN_ROWS).astype(int)]
    pairs = [block[np.tri(len(block), len(rows), first - 1, dtype=bool)] for first, block in _squares(rows, rows)]
    return float(np.sqrt(np.median(np.concatenate(pairs))))


def _mean_kernel(a: np.ndarray, b: np.ndarray, width: float, distinct: bool) -> float:
    """Mean of exp(-d^2 / 2 width^2) over all pairs; `distinct` leaves out each row with itself, whose kernel is 1."""
    total = sum(float(np.exp(squares / (-2 * width**2)).sum()) for _, squares in _squares(a, b))
    return (total - len(a)) / (len(a) * (len(a) - 1)) if distinct else total / (len(a) * len(b))


def _squares(a: np.ndarray, b: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Squared distances of a run of rows of `a` to all of `b`, and where the run begins."""
    norms = np.einsum("nd,nd->n", b, b)
    for first in range(0, len(a), _BLOCK):
        rows = a[first : first + _BLOCK]
        squares = np.einsum("nd,nd->n", rows, rows)[:, None] + norms - 2 * rows @ b.T
        yield first, np.maximum(squares, 0.0)


def _checked(rows: np.ndarray, name: str) -> np.ndarray:
    if rows.ndim != 2 or len(rows) < 2:
        raise InputError(f"The {name} set has shape {rows.shape}; a kernel distance needs at least 2 clips x features.")
    if not np.isfinite(rows).all():
        raise InputError(f"The {name} features hold NaN or infinite values; a kernel distance needs finite ones.")
    return rows.astype(np.float64)
