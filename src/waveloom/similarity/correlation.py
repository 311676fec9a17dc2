"""Correlation of two sounds at any shift, whatever their gain and where they begin and end."""

import numpy as np
import scipy.fft

OVERSAMPLING = 4  # shifts per sample: copies at other rates may lie between two samples
MIN_ENERGY = 1e-4  # share of each sound's energy that must overlap: a quiet tail is not compared with a whole sound


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Find the highest correlation at any shift, 0 to 1, of two sounds (time,) of equal rate, of either polarity.

    The correlation is normalised by the energy of the overlap, which must hold at least half the energy of one of the
    sounds, and `MIN_ENERGY` of each.
    """
    size = scipy.fft.next_fast_len(len(first) + len(second), real=True)
    cross = scipy.fft.rfft(first, size) * np.conj(scipy.fft.rfft(second, size))
    fine = np.abs(scipy.fft.irfft(cross, OVERSAMPLING * size)).reshape(size, OVERSAMPLING)
    products = fine.max(axis=1) * OVERSAMPLING
    lags = np.arange(1 - len(second), len(first))
    return float(min(np.max(products[lags % size] / _overlap_energy(first, second, lags)), 1.0))


def _overlap_energy(first: np.ndarray, second: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Return the geometric mean of the energies that overlap at each lag; infinite where too little overlaps."""
    sums = [np.concatenate([[0.0], np.cumsum(np.square(part, dtype=np.float64))]) for part in (first, second)]
    start, stop = np.maximum(lags, 0), np.minimum(lags + len(second), len(first))
    parts = [sums[0][stop] - sums[0][start], sums[1][stop - lags] - sums[1][start - lags]]
    half_of_either = np.any([part >= total[-1] / 2 for part, total in zip(parts, sums, strict=True)], axis=0)
    some_of_each = np.all([part > total[-1] * MIN_ENERGY for part, total in zip(parts, sums, strict=True)], axis=0)
    return np.sqrt(np.where(half_of_either & some_of_each, parts[0] * parts[1], np.inf))
