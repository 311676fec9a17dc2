"""Fast Griffin-Lim: phases that are consistent with given magnitudes."""

import numpy as np

from waveloom.representations._stft import clip_to_stft, stft_to_clip

_MOMENTUM = np.float32(0.99)  # alpha


def fast_griffin_lim(
    spectrum: np.ndarray, magnitude: np.ndarray, n_fft: int, hop: int, steps: int, fixed: int = 0
) -> np.ndarray:
    """Improve the phases of `spectrum` (frames, bins) for `magnitude` (frames, bins) in `steps` iterations.

    The first `fixed` frames do not change. Perraudin, Balazs and Sondergaard (2013), "A fast Griffin-Lim algorithm".
    """
    previous, fixed_frames = None, spectrum[:fixed]
    for _ in range(steps):
        projected = clip_to_stft(stft_to_clip(spectrum, n_fft, hop), n_fft, hop)
        ahead = projected if previous is None else projected + _MOMENTUM * (projected - previous)
        spectrum = ahead * (magnitude / np.maximum(np.abs(ahead), np.float32(1e-12)))
        spectrum[:fixed] = fixed_frames
        previous = projected
    return spectrum
