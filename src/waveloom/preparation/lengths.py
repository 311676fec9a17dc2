"""How much of the recordings is in no clip, because clips have a fixed length."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from waveloom.preparation.config import Prepare

MUCH = 0.5  # share of the audio that is cut off, from which on it is a warning


class CutOff(NamedTuple):
    """Number of recordings that are longer than a clip, and the share of all audio that is in no clip, 0 to 1."""

    files: int
    share: float


def cut_off(seconds: Sequence[float], config: Prepare) -> CutOff:
    """Count what `prepare.frames: one` leaves out of recordings of these durations; other values leave out nothing.

    Silence that `prepare.trim` removes before it cuts counts like sound, since a duration does not tell it.
    """
    durations, clip = np.asarray(seconds, dtype=float), config.samples / config.rate_hz
    beyond = np.maximum(durations - clip, 0)
    if config.frames != "one" or not beyond.any():
        return CutOff(0, 0.0)
    return CutOff(int((beyond > 0).sum()), float(beyond.sum() / durations.sum()))


def cut_off_message(cut: CutOff, config: Prepare) -> str:
    """Say what becomes of recordings that are longer than a clip."""
    return (
        f"{cut.files} recordings are longer than a clip ({config.samples / config.rate_hz:.3g} s): {cut.share:.0%} of "
        "the audio is cut off. prepare.frames: overlap uses all of it; a larger prepare.samples uses more of each."
    )
