"""STFT of a clip that consists of a whole number of hops: one frame per hop, silence around the clip."""

import numpy as np

from waveloom.audio.stft import hann, istft, stft


def clip_to_stft(clip: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """(samples,) -> (samples / hop, n_fft / 2) complex64, without the Nyquist bin; phase from each frame's start.

    Frame k is centred on the middle of hop k.
    """
    padding = n_fft - hop
    return stft(np.pad(clip, (padding // 2, padding - padding // 2)), hann(n_fft), hop)[:, :-1]


def stft_to_clip(spectrum: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """Least-squares inverse of `clip_to_stft`: (frames, n_fft / 2) -> (frames * hop,)."""
    padding = (n_fft - hop) // 2
    return istft(spectrum, n_fft, hop)[padding : padding + len(spectrum) * hop]


def shift_phase_origin(spectrum: np.ndarray) -> np.ndarray:
    """Move the phase origin from each frame's start to its centre, half a frame later, or back: (frames, bins)."""
    return spectrum * np.where(np.arange(spectrum.shape[1]) % 2, np.float32(-1), np.float32(1))
