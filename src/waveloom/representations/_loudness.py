"""Magnitudes on a fixed scale in decibels: -1 is silence, +1 a full-scale sine.

Towards the floor the scale bends softly, log(1 + magnitude / floor), so that nothing is lost below it.
"""

from math import log
from typing import Any

import numpy as np

from waveloom.audio.stft import hann


def loudness(magnitude: np.ndarray, n_fft: int, range_db: float) -> np.ndarray:
    """Put magnitudes of a Hann window's transform on the scale of `range_db`, float32 in [-1, 1]."""
    loudest, floor = _scale(n_fft, range_db)
    return np.minimum(np.log1p(magnitude / (loudest * floor)) * (2 / -np.log(floor)) - 1, 1, dtype=np.float32)


def magnitude(loudness: np.ndarray, n_fft: int, range_db: float) -> np.ndarray:
    """Undo `loudness`: float32, 0 or more."""
    loudest, floor = _scale(n_fft, range_db)
    return np.expm1((loudness + 1) * np.float32(-np.log(floor) / 2)) * np.float32(loudest * floor)


def louder_decibels(loudness: Any, factor: Any, range_db: float) -> Any:
    """Multiply the magnitudes behind `loudness` (-1 is silence, +1 a full-scale sine) by `factor`, in Keras operations.

    Far above the floor that is an offset of 2 / range_db a decibel; nothing is clipped, so that every gradient passes.
    """
    from keras import ops  # TensorFlow: only for those who train

    steps = range_db * log(10) / 20 / 2  # of the natural logarithm, for each unit of loudness
    return ops.log1p(factor * ops.expm1((loudness + 1) * steps)) / steps - 1


def floor(n_fft: int, range_db: float) -> float:
    """The magnitude that is `range_db` below a full-scale sine's."""
    loudest, share = _scale(n_fft, range_db)
    return loudest * share


def _scale(n_fft: int, range_db: float) -> tuple[float, float]:
    """The magnitude of a full-scale sine, and the floor as a share of it."""
    return float(hann(n_fft).sum()) / 2, 10 ** (-range_db / 20)
