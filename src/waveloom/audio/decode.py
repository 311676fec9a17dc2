"""From a sound file of any kind to a clip, or to the reason why it cannot be used.

Files are read by other processes under limits of memory and time (`decoders.py`), so that a file made to crash, to hang
or to eat memory costs one row and not the run.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.audio.decoder_process import Request, Sound
from waveloom.audio.decoders import Decoders
from waveloom.audio.sound_file import CHANNELS, FILE_BYTES, RATES_HZ, Header, Rejected, Wanted, check
from waveloom.config import config

__all__ = [
    "CHANNELS",
    "RATES_HZ",
    "Header",
    "Heard",
    "Limits",
    "Rejected",
    "check_header",
    "decode",
    "decode_all",
    "probe",
    "probe_all",
]

_DECODERS = Decoders()


@config
class Limits:
    """What a recording must be like to be used."""

    min_seconds: Annotated[float, Field(ge=0)] = 0.02
    max_seconds: Annotated[float, Field(gt=0)] = 600.0
    silence_db: Annotated[float, Field(le=0)] = -60.0  # the loudest sample must be above, re full scale


def probe(path: Path) -> Header:
    """Read a file's header; Rejected if there is no such file or it is no sound."""
    (said,) = probe_all([path])
    if isinstance(said, Rejected):
        raise said
    return said


def probe_all(paths: Iterable[Path]) -> Iterator[Header | Rejected]:
    """Read the headers of files in order, several for each question to the other process."""
    for said in _DECODERS.read(Request(path, header_only=True) for path in paths):
        yield said if isinstance(said, Rejected) else said.header


def check_header(header: Header, limits: Limits) -> None:
    """Raise Rejected if what the header says rules the sound out."""
    check(header, FILE_BYTES, Wanted(limits.min_seconds, limits.max_seconds))


class Heard(NamedTuple):
    """What a file says of itself, where that could be read, and its sound or the reason why it cannot be used."""

    header: Header | None
    clip: Clip | Rejected


Channel = Literal["mix", "both"] | int  # both: the first two, in stereo; a file of one channel gives it twice


def decode(path: Path, limits: Limits, channel: Channel = "mix") -> Clip:
    """Read a file, mixed down, one channel or both; Rejected if unreadable, damaged or outside `limits`.

    What the header claims is checked before memory is taken. Float files above full scale are scaled to peak at 1.
    """
    ((_, clip),) = decode_all([path], limits, channel)
    if isinstance(clip, Rejected):
        raise clip
    return clip


def decode_all(paths: Iterable[Path], limits: Limits, channel: Channel = "mix") -> Iterator[Heard]:
    """Read files in order as `decode` does, a few ahead of the one that is worked on."""
    channels = [0, 1] if channel == "both" else [None if channel == "mix" else channel]
    wanted = [Wanted(limits.min_seconds, limits.max_seconds, one) for one in channels]
    answers = _DECODERS.read(Request(path, one) for path in paths for one in wanted)
    for first in answers:
        said = _together([first, *islice(answers, len(wanted) - 1)])
        yield Heard(said.header, said if isinstance(said, Rejected) else checked(said, limits))


def _together(channels: list[Sound | Rejected]) -> Sound | Rejected:
    """Lay the channels of one file over each other, if there are several; what is wrong with one is with the file."""
    sounds = []
    for one in channels:
        if isinstance(one, Rejected):
            return one
        sounds.append(one)
    return sounds[0] if len(sounds) == 1 else Sound(sounds[0].header, np.stack([sound.samples for sound in sounds]))


def checked(sound: Sound, limits: Limits) -> Clip | Rejected:
    """Turn samples into a clip; refuse what is silent or not a number."""
    samples = sound.samples
    loudest = max(float(samples.max()), -float(samples.min()))
    if not np.isfinite(loudest):
        return Rejected("non-finite")
    if loudest <= 10 ** (limits.silence_db / 20):
        return Rejected("silent")
    return Clip(samples / np.float32(loudest) if loudest > 1 else samples, sound.header.rate)
