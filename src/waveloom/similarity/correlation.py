"""Whether two sounds are one sound, whatever their gain, rate, and where they begin and end."""

import numpy as np
import scipy.fft

FINE = 4  # shifts a sample: copies of other rates may lie between two samples
LEAST = 1e-4  # of the energy of each must overlap: a quiet tail is not compared with a whole sound


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Find the highest correlation at any shift, 0 to 1; sounds (time,) of one rate, of either polarity.

    It is normalised by what overlaps, which must hold at least half the energy of one of them, and some of the other.
    """
    size = scipy.fft.next_fast_len(len(one) + len(other), real=True)
    cross = scipy.fft.rfft(one, size) * np.conj(scipy.fft.rfft(other, size))
    products = np.abs(scipy.fft.irfft(cross, FINE * size)).reshape(size, FINE).max(axis=1) * FINE
    lags = np.arange(1 - len(other), len(one))
    overlap = _overlap(one, other, lags)
    return float(min(np.max(products[lags % size] / overlap), 1.0))


def _overlap(one: np.ndarray, other: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Give the geometric mean of the energies that overlap at each lag; infinite where it is too little to compare."""
    sums = [np.concatenate([[0.0], np.cumsum(np.square(part, dtype=np.float64))]) for part in (one, other)]
    start, stop = np.maximum(lags, 0), np.minimum(lags + len(other), len(one))
    parts = [sums[0][stop] - sums[0][start], sums[1][stop - lags] - sums[1][start - lags]]
    enough = np.any([part >= whole[-1] / 2 for part, whole in zip(parts, sums, strict=True)], axis=0)
    heard = np.all([part > whole[-1] * LEAST for part, whole in zip(parts, sums, strict=True)], axis=0)
    return np.sqrt(np.where(enough & heard, parts[0] * parts[1], np.inf))
