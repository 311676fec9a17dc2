"""Pieces of one fixed length."""

import numpy as np


def crop_or_pad(samples: np.ndarray, length: int, fade: int = 0) -> np.ndarray:
    """Keep the first `length` samples, the last `fade` of them fading out; a shorter sound is followed by silence."""
    if len(samples) <= length:
        return np.pad(samples, (0, length - len(samples)))
    cut = samples[:length].copy()
    fade = min(fade, length)
    cut[length - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return cut


def overlapping(samples: np.ndarray, length: int, hop: int, least: int) -> np.ndarray:
    """Cut frames of `length` samples every `hop` from the start: (frames, length), the last one padded with silence.

    A frame that holds fewer than `least` samples is left out, except the first.
    """
    starts = [0, *range(hop, len(samples) - max(least, 1) + 1, hop)]
    return np.stack([crop_or_pad(samples[start : start + length], length) for start in starts])
