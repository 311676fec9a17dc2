"""Short-time Fourier transform (STFT) and its inverse in NumPy; `models.layers.stft` is the differentiable one.

Nothing here pads: each caller states what surrounds a clip, and chooses window, hop length and data type.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import scipy.fft


@lru_cache(maxsize=16)
def hann(length: int, dtype: Any = np.float32) -> np.ndarray:
    """Periodic Hann window, read-only: (length,)."""
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(dtype)
    window.setflags(write=False)  # the cache returns the same array to every caller
    return window


def frames(signal: np.ndarray, length: int, hop: int) -> np.ndarray:
    """Cut overlapping frames that begin every `hop` samples: (..., samples) -> view (..., frames, length)."""
    return np.lib.stride_tricks.sliding_window_view(signal, length, axis=-1)[..., ::hop, :]


def spectra(framed: np.ndarray, window: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Fourier transform of windowed frames: (..., length) -> complex (..., length // 2 + 1), phase from frame start.

    `out` receives the windowed frames, which saves an allocation in loops over blocks of frames.
    """
    return scipy.fft.rfft(np.multiply(framed, window, out=out), axis=-1)


def stft(signal: np.ndarray, window: np.ndarray, hop: int) -> np.ndarray:
    """STFT of (..., samples): complex (..., frames, bins); a sine at a bin's centre has magnitude sum(window) / 2."""
    return spectra(frames(signal, len(window), hop), window)


def istft(spectrum: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """Least-squares inverse STFT, Hann window (Griffin and Lim, 1984, equation 6): (frames, bins) -> (samples,).

    The signal has (frames - 1) x hop + n_fft samples; `hop` must divide `n_fft`. Highest bins that are left out are 0.
    """
    framed = scipy.fft.irfft(spectrum, n_fft, axis=-1)
    framed *= hann(n_fft)
    return _overlap_add(framed, hop) * _inverse_weight(len(spectrum), n_fft, hop)


@lru_cache(maxsize=4)
def _inverse_weight(count: int, n_fft: int, hop: int) -> np.ndarray:
    """Reciprocal of the sum of squared windows at each sample; at most 1 / tiny where no window reaches."""
    weight = _overlap_add(np.tile(hann(n_fft) ** 2, (count, 1)), hop)
    return 1 / np.maximum(weight, np.finfo(np.float32).tiny)


def _overlap_add(framed: np.ndarray, hop: int) -> np.ndarray:
    """Sum frames (frames, n_fft) that begin `hop` samples apart: (samples,) float32."""
    count, n_fft = framed.shape
    hops = np.zeros((count + n_fft // hop - 1, hop), np.float32)
    for part in range(n_fft // hop):
        hops[part : part + count] += framed[:, part * hop : (part + 1) * hop]
    return hops.ravel()
