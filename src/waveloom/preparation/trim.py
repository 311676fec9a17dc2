"""Detection of silence at the ends of a recording."""

import numpy as np

from waveloom.audio.clip import Clip


def sounding_range(clip: Clip, silence_db: float, margin: int = 0) -> tuple[int, int]:
    """Find where the sound begins and ends: (first, last + 1) of the samples less than `silence_db` below the peak.

    Both are moved outwards by `margin` samples, within the clip. A silent clip gives (0, 0).
    """
    magnitude = np.abs(clip.samples)
    loud = np.flatnonzero(magnitude > magnitude.max(initial=0) * 10 ** (-silence_db / 20))
    if len(loud) == 0:
        return 0, 0
    return max(int(loud[0]) - margin, 0), min(int(loud[-1]) + 1 + margin, len(clip.samples))
