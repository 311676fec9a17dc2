"""Triangular filters on the mel scale, and the spectrum that they could have come from."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=4)
def filters(bands: int, n_fft: int, rate: int) -> np.ndarray:
    """(n_fft / 2, bands) float32: each band is a weighted mean of the bins around it.

    Centres are equally far apart on the mel scale, 1127 log(1 + f / 700 Hz), from 0 to half the rate. Where bands lie
    closer than bins, a triangle reaches to the next bin on each side: none is empty.
    """
    edges = 700 * np.expm1(np.linspace(0, np.log1p(rate / 1400), bands + 2)) / (rate / n_fft)  # in bins
    below, centre, above = edges[:-2], edges[1:-1], edges[2:]
    bins = np.arange(n_fft // 2)[:, None]
    rising = 1 - (centre - bins) / np.maximum(centre - below, 1)
    falling = 1 - (bins - centre) / np.maximum(above - centre, 1)
    triangles = np.clip(np.minimum(rising, falling), 0, None)
    return (triangles / triangles.sum(axis=0)).astype(np.float32)


def spread(bands: np.ndarray, matrix: np.ndarray, steps: int) -> np.ndarray:
    """Non-negative least squares: magnitudes (frames, bins) whose `matrix` product is nearest to (frames, bands).

    Multiplicative updates (Lee and Seung, 2001, theorem 1) from a smooth start, so that bins of a band between which
    nothing decides stay alike, and silence stays silent.
    """
    share = matrix.sum(axis=1, keepdims=True).T
    found = bands @ matrix.T / np.maximum(share, np.float32(1e-6))
    wanted, square = bands @ matrix.T, matrix @ matrix.T
    for _ in range(steps):
        found *= wanted / np.maximum(found @ square, np.float32(1e-12))
    return found
