"""Levels: STFT magnitudes on a decibel scale, where -1 is silence and +1 a full-scale sine.

Near the floor the scale is log(1 + magnitude / floor), so that values below it are not lost.
"""

from math import log
from typing import Any

import numpy as np

from waveloom.audio.stft import hann


def magnitude_to_level(magnitude: np.ndarray, n_fft: int, range_db: float) -> np.ndarray:
    """Convert Hann-window STFT magnitudes to levels over a range of `range_db`: float32 in [-1, 1]."""
    full_scale, floor = _scale(n_fft, range_db)
    return np.minimum(np.log1p(magnitude / (full_scale * floor)) * (2 / -np.log(floor)) - 1, 1, dtype=np.float32)


def level_to_magnitude(level: np.ndarray, n_fft: int, range_db: float) -> np.ndarray:
    """Inverse of `magnitude_to_level`: float32, at least 0."""
    full_scale, floor = _scale(n_fft, range_db)
    return np.expm1((level + 1) * np.float32(-np.log(floor) / 2)) * np.float32(full_scale * floor)


def amplify_level(level: Any, factor: Any, range_db: float) -> Any:
    """Multiply the magnitudes of `level` by `factor`, in Keras operations.

    Far above the floor that adds 2 / range_db per decibel. Nothing is clipped, so that gradients are never zero.
    """
    from keras import ops  # imports TensorFlow, which only training needs

    nepers = range_db * log(10) / 20 / 2  # per unit of level
    return ops.log1p(factor * ops.expm1((level + 1) * nepers)) / nepers - 1


def combined_magnitude(spectra: np.ndarray) -> np.ndarray:
    """Root of the mean square over channels: (n, channels, bins) complex -> (n, bins)."""
    if spectra.shape[1] == 1:
        return np.abs(spectra[:, 0])
    return np.sqrt((np.square(spectra.real) + np.square(spectra.imag)).mean(axis=1))


def floor_magnitude(n_fft: int, range_db: float) -> float:
    """STFT magnitude that lies `range_db` below that of a full-scale sine."""
    full_scale, floor = _scale(n_fft, range_db)
    return full_scale * floor


def _scale(n_fft: int, range_db: float) -> tuple[float, float]:
    """STFT magnitude of a full-scale sine, and the floor as a share of it."""
    return float(hann(n_fft).sum()) / 2, 10 ** (-range_db / 20)
