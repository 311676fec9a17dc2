"""Kernel audio distance between two sets of feature rows (Chung et al., 2025, arXiv 2502.15602)."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np

from waveloom.config.errors import InputError
from waveloom.features.pairwise_distances import squared_distances

Number = TypeVar("Number", float, np.ndarray)
_SCALE = 100.0  # factor used in the paper, so that typical values are easy to read
_BLOCK = 512  # rows; at most _BLOCK x n distances are held at once
_MEDIAN_ROWS = 2048  # the median is taken over these rows at most; 2 million pairs are precise enough


def kernel_distance(real: np.ndarray, generated: np.ndarray, bandwidth: float | None = None) -> float:
    """Kernel audio distance: 100 x the unbiased squared maximum mean discrepancy, Gaussian kernel; 0 is best.

    Each row is a clip, each column a scaled feature; the sets may differ in size. As the estimate is unbiased, it lies
    slightly below 0 as often as above if both sets come from one distribution. The default `bandwidth` is the median
    distance between real clips, so only values with the same real set are comparable.
    """
    real, generated = _checked(real, "real"), _checked(generated, "generated")
    if real.shape[1] != generated.shape[1]:
        raise InputError(
            f"Real clips have {real.shape[1]} features, generated {generated.shape[1]}; measure both alike."
        )
    width = median_distance(real) if bandwidth is None else bandwidth
    if not width > 0:
        raise InputError(f"The bandwidth is {width}; it must be above 0. Half of the real clips or more are the same.")
    return unbiased_mmd(
        mean_kernel(_blocks(real, real), width, len(real)),
        mean_kernel(_blocks(generated, generated), width, len(generated)),
        mean_kernel(_blocks(real, generated), width),
    )


def unbiased_mmd(real: Number, generated: Number, across: Number) -> Number:
    """100 x the squared maximum mean discrepancy, from the mean kernel within each set and between both sets."""
    return _SCALE * (real + generated - 2 * across)


def mean_kernel(blocks: Iterable[np.ndarray], width: float, diagonal: int = 0) -> float:
    """Mean of the Gaussian kernel of bandwidth `width`, exp(-d^2 / 2 width^2), from blocks of squared distances d^2.

    Within one set of n rows, `diagonal` = n leaves out the pairs of a row with itself, whose kernel is 1.
    """
    total, pairs = 0.0, 0
    for squared in blocks:
        total += float(np.exp(squared / (-2 * width**2)).sum(dtype=np.float64))
        pairs += squared.size
    return (total - diagonal) / (pairs - diagonal)


def median_distance(rows: np.ndarray) -> float:
    """Median Euclidean distance between two different rows; above 2048 rows, of evenly spaced ones only."""
    if len(rows) > _MEDIAN_ROWS:
        rows = rows[np.linspace(0, len(rows) - 1, _MEDIAN_ROWS).astype(int)]
    starts = range(0, len(rows), _BLOCK)
    blocks = zip(starts, _blocks(rows, rows), strict=True)
    pairs = [block[np.tri(len(block), len(rows), first - 1, dtype=bool)] for first, block in blocks]
    return float(np.sqrt(np.median(np.concatenate(pairs))))


def _blocks(a: np.ndarray, b: np.ndarray) -> Iterator[np.ndarray]:
    """Squared distances of the rows of `a`, a block at a time, to all rows of `b`."""
    return (squared_distances(a[first : first + _BLOCK], b) for first in range(0, len(a), _BLOCK))


def _checked(rows: np.ndarray, name: str) -> np.ndarray:
    if rows.ndim != 2 or len(rows) < 2:
        raise InputError(f"The {name} set has shape {rows.shape}; a kernel distance needs at least 2 clips x features.")
    if not np.isfinite(rows).all():
        raise InputError(f"The {name} features hold NaN or infinite values; a kernel distance needs finite ones.")
    return rows.astype(np.float64)
