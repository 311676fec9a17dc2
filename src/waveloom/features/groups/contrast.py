"""Spectral contrast: level difference of peaks and valleys in each octave (Jiang et al., 2002)."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.analysis import Analysis

_AMIN, _TOP_DB = 1e-10, 80.0  # defaults of librosa.power_to_db

DOUBLE_PRECISION = True  # the valleys beside a tone are far below its level


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """Contrast in dB, (n, frames) for the band below `contrast_fmin_hz` and for each octave above it.

    Only octaves that start below the Nyquist frequency are included, `contrast_bands` at most. Equal to
    `librosa.feature.spectral_contrast` of each clip.
    """
    peaks, valleys = [], []
    for first, last, peak_bins in _octaves(analysis.rate_hz, analysis.config):
        band = np.sort(analysis.magnitude[:, :, first:last], axis=2)  # four times as fast as np.partition
        valleys.append(band[:, :, :peak_bins].mean(axis=2))
        peaks.append(band[:, :, -peak_bins:].mean(axis=2))
    contrast = _decibels(np.stack(peaks, axis=1)) - _decibels(np.stack(valleys, axis=1))
    return {f"contrast_{number}": contrast[:, number] for number in range(contrast.shape[1])}


def _decibels(values: np.ndarray) -> np.ndarray:
    level = 10 * np.log10(np.maximum(values, np.float32(_AMIN)))
    return np.maximum(level, level.max(axis=(1, 2), keepdims=True) - np.float32(_TOP_DB))


@lru_cache(maxsize=4)
def _octaves(rate_hz: int, config: Features) -> list[tuple[int, int, int]]:
    """First bin, last bin + 1 and number of peak bins of each octave that starts below the Nyquist frequency."""
    edges = np.array([0.0, *config.contrast_fmin_hz * 2.0 ** np.arange(config.contrast_bands + 1)])
    edges = edges[: np.count_nonzero(edges[:-1] < rate_hz / 2) + 1]
    hz = np.fft.rfftfreq(config.n_fft, 1 / rate_hz)
    octaves = []
    for number, (low, high) in enumerate(pairwise(edges)):
        inside = np.flatnonzero((hz >= low) & (hz <= high))
        highest = number == len(edges) - 2
        first = inside[:1] - (number > 0)
        last = [len(hz)] if highest else inside[-1:]  # librosa assigns the highest bin to the next octave
        if not len(inside) or first[0] == last[0]:
            raise InputError(
                f"features.n_fft is {config.n_fft}: at {rate_hz} Hz too few of its frequencies lie from {low:g} to "
                f"{high:g} Hz. Raise it or contrast_fmin_hz, or take contrast out of features.groups."
            )
        peak_bins = max(int(np.rint(config.contrast_quantile * (last[0] - first[0] + (not highest)))), 1)
        octaves.append((int(first[0]), int(last[0]), peak_bins))
    return octaves
