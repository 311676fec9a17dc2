"""Power spectra with the fixed window and scale that all spectral metrics and figures of the evaluation report use."""

import numpy as np

from waveloom.audio.stft import hann, stft

WINDOW = 1024  # samples, Hann
HOP = 256  # samples
FLOOR_DB = -80.0  # dBFS; keeps the logarithm of silence finite
_CHUNK = 32  # clips whose spectrograms are in memory together


def power(clips: np.ndarray) -> np.ndarray:
    """Power spectrogram of clips (n, samples): (n, frames, bins); a full-scale sine at a bin's centre has power 1."""
    padded = np.pad(clips, ((0, 0), (WINDOW // 2, WINDOW // 2)))
    window = hann(WINDOW)
    return np.abs(stft(padded, window, HOP)) ** 2 * (2 / window.sum()) ** 2


def decibels(power: np.ndarray) -> np.ndarray:
    """Power in dB relative to a full-scale sine, at least `FLOOR_DB`."""
    return 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))


def average_spectra(clips: np.ndarray) -> np.ndarray:
    """Spectrum of each clip in dB, its power averaged over time: (n, samples) -> (n, bins)."""
    parts = (clips[start : start + _CHUNK] for start in range(0, len(clips), _CHUNK))
    return np.concatenate([decibels(power(part).mean(axis=1)) for part in parts])
