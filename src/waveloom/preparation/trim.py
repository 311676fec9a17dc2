"""Where in a recording the sound is."""

import numpy as np

from waveloom.audio.clip import Clip


def sounding(clip: Clip, silence_db: float, margin: int = 0) -> tuple[int, int]:
    """Find where the sound begins and ends: (first, last + 1) of the samples less than `silence_db` below the peak.

    Both are moved outwards by `margin` samples, within the clip. A silent clip sounds nowhere: (0, 0).
    """
    loudness = np.abs(clip.samples)
    loud = np.flatnonzero(loudness > loudness.max(initial=0) * 10 ** (-silence_db / 20))
    if len(loud) == 0:
        return 0, 0
    return max(int(loud[0]) - margin, 0), min(int(loud[-1]) + 1 + margin, len(clip.samples))
