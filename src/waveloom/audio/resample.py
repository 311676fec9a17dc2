"""Another sampling rate for the same sound."""

from typing import Literal

import soxr

from waveloom.audio.clip import Clip

# soxr's names; its QQ is left out, since it folds what lies above the new rate's half back into hearing.
Quality = Literal["LQ", "MQ", "HQ", "VHQ"]


def resample(clip: Clip, rate_hz: int, quality: Quality = "HQ") -> Clip:
    """Convert a clip to `rate_hz` with soxr; HQ rejects what cannot be kept by 140 dB."""
    if clip.rate == rate_hz:
        return clip
    return Clip(soxr.resample(clip.samples, clip.rate, rate_hz, quality), rate_hz)
