"""The short-time Fourier transform and its way back, Hann window, for clips cut into a whole number of hops."""

from functools import lru_cache

import numpy as np
import scipy.fft


def analyse(clip: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """(samples,) -> (samples / hop, n_fft / 2) complex64; phases count from each frame's start, Nyquist is left out.

    Frame k is centred on the middle of the k-th hop; what it sees before and after the clip is silence.
    """
    around = ((n_fft - hop) // 2, (n_fft - hop + 1) // 2)
    framed = np.lib.stride_tricks.sliding_window_view(np.pad(clip, around), n_fft)[::hop]
    return scipy.fft.rfft(framed * hann(n_fft), axis=-1, overwrite_x=True)[:, :-1]


def synthesise(spectrum: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """The clip whose transform is nearest to `spectrum` in least squares (Griffin and Lim, 1984)."""
    framed = scipy.fft.irfft(spectrum, n_fft, axis=-1)
    framed *= hann(n_fft)
    return _overlap_add(framed, hop) * _inverse_weight(len(spectrum), n_fft, hop)


def to_start(spectrum: np.ndarray) -> np.ndarray:
    """Count phases from each frame's start that were counted from its centre, half a frame later, or back."""
    return spectrum * np.where(np.arange(spectrum.shape[1]) % 2, np.float32(-1), np.float32(1))


@lru_cache(maxsize=4)
def hann(length: int) -> np.ndarray:
    """The periodic Hann window, float32."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


@lru_cache(maxsize=4)
def _inverse_weight(frames: int, n_fft: int, hop: int) -> np.ndarray:
    return 1 / _overlap_add(np.tile(hann(n_fft) ** 2, (frames, 1)), hop)


def _overlap_add(framed: np.ndarray, hop: int) -> np.ndarray:
    """Sum frames `hop` apart and cut the padding off: (frames, n_fft) -> (frames * hop,)."""
    frames, n_fft = framed.shape
    hops = np.zeros((frames + n_fft // hop - 1, hop), np.float32)
    for part in range(n_fft // hop):
        hops[part : part + frames] += framed[:, part * hop : (part + 1) * hop]
    padding = (n_fft - hop) // 2
    return hops.ravel()[padding : padding + frames * hop]
