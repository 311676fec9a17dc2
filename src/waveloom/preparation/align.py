"""The sample of a sound at which its clip is aligned, so that similar sounds have similar positions in their clips."""

from typing import Literal

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.preparation.trim import sounding_range

Align = Literal["start", "onset", "peak", "centre"]

_ATTACK_SECONDS = 0.005  # power is compared over windows of this length before and after an onset
_MIN_POWER = 0.01  # of the maximum, which the power after an onset must reach: excludes clicks in a pause


def alignment_sample(clip: Clip, align: Align, silence_db: float) -> int:
    """Find the sample of an audible `clip` to align by: its first, the onset, the loudest, or the centre.

    The centre is the middle of the part less than `silence_db` below the peak or, if it lies in a pause, the nearest
    sample above that level.
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
    """Find the onset: where the power of 5 ms exceeds that of the 5 ms before by the most dB.

    Power that lies `silence_db` or more below the maximum counts as silence. Within the 5 ms, the onset is the first
    sample that reaches a tenth of their peak.
    """
    positions, total = np.arange(len(clip.samples)), len(clip.samples)
    width = max(round(_ATTACK_SECONDS * clip.rate), 1)
    cumulative_energy = np.concatenate([[0], np.cumsum(np.square(clip.samples, dtype=np.float64))])
    after = cumulative_energy[np.minimum(positions + width, total)] - cumulative_energy[:-1]
    before = cumulative_energy[:-1] - cumulative_energy[np.maximum(positions - width, 0)]
    floor = after.max() * 10 ** (-silence_db / 10)
    rise = np.where(after >= _MIN_POWER * after.max(), (after + floor) / (before + floor), 0)
    attack = np.abs(clip.samples[rise.argmax() :][:width])
    return int(rise.argmax() + np.argmax(attack >= attack.max() / 10))


def _centre(clip: Clip, silence_db: float) -> int:
    first, last = sounding_range(clip, silence_db)
    magnitude = np.abs(clip.samples)
    loud = np.flatnonzero(magnitude > magnitude.max() * 10 ** (-silence_db / 20))
    return int(loud[np.abs(loud - (first + last - 1) // 2).argmin()])
