"""Power spectra on one fixed scale, so that every spectral number and picture of a report can be compared."""

import numpy as np

from waveloom.audio.stft import hann, stft

WINDOW = 1024  # samples, Hann
HOP = 256  # samples
FLOOR_DB = -80.0  # inaudible beside a full-scale sine; keeps the logarithm of silence finite
_CHUNK = 32  # clips held as spectrograms at once


def power(clips: np.ndarray) -> np.ndarray:
    """Short-time power of clips (n, samples): (n, frames, bins), where a full-scale sine on a bin reads 1."""
    padded = np.pad(clips, ((0, 0), (WINDOW // 2, WINDOW // 2)))
    window = hann(WINDOW)
    return np.abs(stft(padded, window, HOP)) ** 2 * (2 / window.sum()) ** 2


def decibels(power: np.ndarray) -> np.ndarray:
    """Power as dB below a full-scale sine, never less than `FLOOR_DB`."""
    return 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))


def average_spectra(clips: np.ndarray) -> np.ndarray:
    """One spectrum a clip, its power averaged over time, in dB: (n, samples) -> (n, bins)."""
    parts = (clips[start : start + _CHUNK] for start in range(0, len(clips), _CHUNK))
    return np.concatenate([decibels(power(part).mean(axis=1)) for part in parts])
