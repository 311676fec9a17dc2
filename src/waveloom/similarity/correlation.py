"""Correlation of two sounds at any shift, whatever their gain and where they begin and end."""

import numpy as np
import scipy.fft

OVERSAMPLING = 4  # shifts per sample: copies at other rates may lie between two samples
MIN_ENERGY = 1e-4  # share of each sound's energy that must overlap: a quiet tail is not compared with a whole sound


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Find the highest correlation at any shift, 0 to 1, of two sounds (time,) of one rate, of either polarity.

    It is normalised by the energy of the overlap, which must hold at least half the energy of one of the sounds, and
    `MIN_ENERGY` of each.
    """
    size = scipy.fft.next_fast_len(len(one) + len(other), real=True)
    cross = scipy.fft.rfft(one, size) * np.conj(scipy.fft.rfft(other, size))
    fine = np.abs(scipy.fft.irfft(cross, OVERSAMPLING * size)).reshape(size, OVERSAMPLING)
    products = fine.max(axis=1) * OVERSAMPLING
    lags = np.arange(1 - len(other), len(one))
    return float(min(np.max(products[lags % size] / _overlap_energy(one, other, lags)), 1.0))


def _overlap_energy(one: np.ndarray, other: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Give the geometric mean of the energies that overlap at each lag; infinite where it is too little to compare."""
    sums = [np.concatenate([[0.0], np.cumsum(np.square(part, dtype=np.float64))]) for part in (one, other)]
    start, stop = np.maximum(lags, 0), np.minimum(lags + len(other), len(one))
    parts = [sums[0][stop] - sums[0][start], sums[1][stop - lags] - sums[1][start - lags]]
    half_of_one = np.any([part >= whole[-1] / 2 for part, whole in zip(parts, sums, strict=True)], axis=0)
    some_of_each = np.all([part > whole[-1] * MIN_ENERGY for part, whole in zip(parts, sums, strict=True)], axis=0)
    return np.sqrt(np.where(half_of_one & some_of_each, parts[0] * parts[1], np.inf))
