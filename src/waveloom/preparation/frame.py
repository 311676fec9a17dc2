"""Pieces of one fixed length."""

import numpy as np


def crop_or_pad(samples: np.ndarray, length: int, fade: int = 0, start: int = 0) -> np.ndarray:
    """Take `length` samples of (..., time) from `start` on, which may lie before the sound; around it is silence.

    Where the sound is cut off it fades, over `fade` samples, in or out.
    """
    stop = start + length
    piece = samples[..., max(start, 0) : max(stop, 0)].copy()
    kept = piece.shape[-1]
    fade = min(fade, kept)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    if start > 0:
        piece[..., :fade] *= ramp
    if stop < samples.shape[-1]:
        piece[..., kept - fade :] *= ramp[::-1]
    before = min(max(-start, 0), length)
    return np.pad(piece, [*[(0, 0)] * (piece.ndim - 1), (before, length - before - kept)])


def overlapping(total: int, hop: int, least: int) -> list[int]:
    """Say where frames begin that follow each other every `hop` samples through a sound of `total` samples.

    A frame that would hold fewer than `least` samples is left out, except the first.
    """
    return [0, *range(hop, total - max(least, 1) + 1, hop)]
