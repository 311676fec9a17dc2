"""Integrated loudness of clips (ITU-R BS.1770-4), by pyloudnorm."""

from functools import lru_cache
from typing import Any

import numpy as np

BLOCK_SECONDS = 0.4  # BS.1770 gates blocks of this length; a shorter clip has no integrated loudness


def loudness(clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """Measure the integrated loudness of each clip in LUFS: (n, samples) or (n, 2, samples) -> (n,).

    NaN where BS.1770 defines no loudness: for clips shorter than 0.4 s, and for clips in which every block is below
    -70 LUFS. The loudness of a 1 kHz sine equals its RMS in dBFS.
    """
    if clips.shape[-1] < BLOCK_SECONDS * rate_hz:
        return np.full(len(clips), np.nan)
    measured = np.array([_meter(rate_hz).integrated_loudness(clip.T) for clip in clips.astype(np.float64)])
    return np.where(np.isfinite(measured), measured, np.nan)


@lru_cache(maxsize=4)
def _meter(rate_hz: int) -> Any:
    from pyloudnorm import Meter  # imports scipy.signal, which takes a second, and only loudness needs it

    return Meter(rate_hz)
