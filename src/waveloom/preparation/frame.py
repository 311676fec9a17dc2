"""Frames of a fixed length, cut from a sound."""

import numpy as np


def crop_or_pad(samples: np.ndarray, length: int, fade: int = 0, start: int = 0) -> np.ndarray:
    """Take `length` samples of (..., time) from `start` on, which may be negative; outside the sound is silence.

    Where the sound is cut, it fades in or out over `fade` samples.
    """
    stop = start + length
    piece = samples[..., max(start, 0) : max(stop, 0)].copy()
    size = piece.shape[-1]
    fade = min(fade, size)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    if start > 0:
        piece[..., :fade] *= ramp
    if stop < samples.shape[-1]:
        piece[..., size - fade :] *= ramp[::-1]
    before = min(max(-start, 0), length)
    return np.pad(piece, [*[(0, 0)] * (piece.ndim - 1), (before, length - before - size)])


def overlapping_starts(total: int, hop: int, min_samples: int) -> list[int]:
    """Return the first sample of frames that follow each other every `hop` samples in a sound of `total` samples.

    A frame that would hold fewer than `min_samples` samples of the sound is left out, except the first.
    """
    return [0, *range(hop, total - max(min_samples, 1) + 1, hop)]
