"""Kernel distance between translated sounds and real sounds of the target domain, over pairs of different pieces."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from waveloom.evaluation.translation.intervals import Bootstrap, Estimate
from waveloom.features.kernel_distance import median_distance, unbiased_mmd
from waveloom.features.pairwise_distances import squared_distances

BETTER = {"kernel_distance": "lower"}
UNITS = {"kernel_distance": ""}
MEANING = (
    "Kernel distance: the distance between the clips of a system and the real test clips of the target domain, in an "
    "embedding (squared maximum mean discrepancy x 100; Gaussian kernel, whose width is the median distance of real "
    "clips), mean over the target domains. Only pairs of clips of different pieces are compared, since a translation "
    "and its truth are the same music. The true target is therefore at zero exactly."
)


@dataclass(frozen=True)
class Rows:
    """Embedded clips, `values` (n, d), and the piece of each, `pieces` (n,)."""

    values: np.ndarray
    pieces: np.ndarray


def kernel_distance(real: Mapping[str, Rows], made: Mapping[str, Rows], bootstrap: Bootstrap) -> Estimate | None:
    """Mean over the domains of `made` of the distance to `real`; None if one has clips of fewer than two pieces."""
    parts = [_distance(real[domain], made[domain], bootstrap) for domain in sorted(made)]
    found = [part for part in parts if part is not None]
    if not found or len(found) < len(parts):
        return None
    return Estimate(float(np.mean([part.value for part in found])), np.mean([part.draws for part in found], axis=0))


def _distance(real: Rows, made: Rows, bootstrap: Bootstrap) -> Estimate | None:
    width = median_distance(real.values) if len(real.values) > 1 else 0.0
    if not width > 0:
        return None
    sums = [_piece_sums(a, b, width, bootstrap) for a, b in ((real, real), (made, made), (real, made))]
    every = np.ones((1, len(bootstrap.pieces)))
    value = unbiased_mmd(*(_mean(one, every) for one in sums))[0]
    if not np.isfinite(value):
        return None
    return Estimate(float(value), unbiased_mmd(*(_mean(one, bootstrap.weights) for one in sums)))


def _piece_sums(a: Rows, b: Rows, width: float, bootstrap: Bootstrap) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the kernel, and number of pairs, for each piece of `a` and each other piece of `b`: (pieces, pieces)."""
    kernel = np.exp(squared_distances(a.values, b.values) / (-2 * width**2))
    member_a, member_b = (
        (bootstrap.numbers(rows.pieces)[:, None] == np.arange(len(bootstrap.pieces))).astype(float) for rows in (a, b)
    )
    sums, counts = member_a.T @ kernel @ member_b, np.outer(member_a.sum(axis=0), member_b.sum(axis=0))
    np.fill_diagonal(sums, 0)
    np.fill_diagonal(counts, 0)
    return sums, counts


def _mean(sums_and_counts: tuple[np.ndarray, np.ndarray], weights: np.ndarray) -> np.ndarray:
    """The mean kernel for the pieces of each draw, `weights` (draws, pieces) times; NaN without pairs."""
    sums, counts = (np.einsum("dp,pq,dq->d", weights, one, weights, optimize=True) for one in sums_and_counts)
    with np.errstate(invalid="ignore"):
        return sums / counts
