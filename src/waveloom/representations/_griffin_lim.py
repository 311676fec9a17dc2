"""Pull a spectrum towards one that a clip can have."""

import numpy as np

from waveloom.representations._stft import clip_to_stft, stft_to_clip


def consistent(
    spectrum: np.ndarray, magnitude: np.ndarray, n_fft: int, hop: int, steps: int, known: int = 0
) -> np.ndarray:
    """Better phases for `magnitude` (frames, bins), from those of `spectrum`, in `steps` of fast Griffin-Lim.

    The first `known` frames stay as they are. Each step goes on past the last one's gain: Perraudin, Balazs and
    Sondergaard, 2013.
    """
    before, settled = None, spectrum[:known]
    for _ in range(steps):
        now = clip_to_stft(stft_to_clip(spectrum, n_fft, hop), n_fft, hop)
        ahead = now if before is None else now + np.float32(0.99) * (now - before)
        spectrum = ahead * (magnitude / np.maximum(np.abs(ahead), np.float32(1e-12)))
        spectrum[:known] = settled
        before = now
    return spectrum
