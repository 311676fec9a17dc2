"""Which moment of a sound a clip is hung up by, so that like sounds lie alike in their clips."""

from typing import Literal

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.preparation.trim import sounding

Align = Literal["start", "onset", "peak", "centre"]

_ATTACK_SECONDS = 0.005  # an onset is judged by what sounds this long before and after it
_LEADS_TO = 0.01  # and must lead to at least this share of the greatest power, or a click in the pause would count


def moment(clip: Clip, align: Align, silence_db: float) -> int:
    """Find the sample of an audible `clip` to align by: its first, the steepest rise, the loudest, or the middle.

    The middle is that of what sounds less than `silence_db` below the peak; if that falls into a pause, the sounding
    sample nearest to it.
    """
    match align:
        case "start":
            return 0
        case "onset":
            return onset(clip, silence_db)
        case "peak":
            return int(np.abs(clip.samples).argmax())
        case "centre":
            return _centre(clip, silence_db)


def onset(clip: Clip, silence_db: float) -> int:
    """Find where the sound sets in: where the power of 5 ms exceeds that of the 5 ms before by the most dB.

    What lies `silence_db` or more below the greatest power counts as silence. In the 5 ms found, it is the first sample
    that reaches a tenth of their loudest.
    """
    now, total = np.arange(len(clip.samples)), len(clip.samples)
    width = max(round(_ATTACK_SECONDS * clip.rate), 1)
    until = np.concatenate([[0], np.cumsum(np.square(clip.samples, dtype=np.float64))])
    after = until[np.minimum(now + width, total)] - until[:-1]
    before = until[:-1] - until[np.maximum(now - width, 0)]
    floor = after.max() * 10 ** (-silence_db / 10)
    rise = np.where(after >= _LEADS_TO * after.max(), (after + floor) / (before + floor), 0)
    attack = np.abs(clip.samples[rise.argmax() :][:width])
    return int(rise.argmax() + np.argmax(attack >= attack.max() / 10))


def _centre(clip: Clip, silence_db: float) -> int:
    first, last = sounding(clip, silence_db)
    loudness = np.abs(clip.samples)
    loud = np.flatnonzero(loudness > loudness.max() * 10 ** (-silence_db / 20))
    return int(loud[np.abs(loud - (first + last - 1) // 2).argmin()])
