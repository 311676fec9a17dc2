"""Decoding of sound files of any format to clips, or to the reason why a file cannot be used.

Files are read by child processes under limits of memory and time (`decoder_pool.py`), so that a file made to crash, to
hang or to exhaust memory costs one row and not the run.
"""

import math
from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from waveloom.audio.clip import FileClip
from waveloom.audio.decoder_pool import DecoderPool
from waveloom.audio.decoder_process import Request, Sound
from waveloom.audio.header import MAX_FILE_BYTES, RATES_HZ, Header, ReadOptions, Rejected, check
from waveloom.audio.sample_faults import corruption, missing_sound
from waveloom.config.checked import checked_dataclass

__all__ = [
    "RATES_HZ",
    "DecodedFile",
    "Header",
    "Limits",
    "Rejected",
    "check_header",
    "decode",
    "decode_all",
    "decode_windows",
    "probe",
    "probe_all",
    "to_clip",
]

_POOL = DecoderPool()


@checked_dataclass
class Limits:
    """Duration and level that a recording must have."""

    min_seconds: Annotated[float, Field(ge=0)] = 0.02
    max_seconds: Annotated[float, Field(gt=0)] = 600.0
    silence_db: Annotated[float, Field(le=0)] = -60.0  # the peak must be above, dBFS


def probe(path: Path) -> Header:
    """Read a file's header; Rejected if there is no such file or it is no sound."""
    (answer,) = probe_all([path])
    if isinstance(answer, Rejected):
        raise answer
    return answer


def probe_all(paths: Iterable[Path], any_size: bool = False) -> Iterator[Header | Rejected]:
    """Read the headers of files in order, several with each request to the decoder process."""
    options = ReadOptions(frames=int(any_size))
    for answer in _POOL.read(Request(path, options, header_only=True) for path in paths):
        yield answer if isinstance(answer, Rejected) else answer.header


def check_header(header: Header, limits: Limits) -> None:
    """Raise Rejected if the header is outside the limits."""
    check(header, MAX_FILE_BYTES, ReadOptions(limits.min_seconds, limits.max_seconds))


class DecodedFile(NamedTuple):
    """A file's header, where it could be read, and its sound or the reason why it cannot be used."""

    header: Header | None
    clip: FileClip | Rejected


Channel = Literal["mix", "both"] | int  # both: the first two channels as stereo; a mono channel is duplicated


def decode(path: Path, limits: Limits, channel: Channel = "mix") -> FileClip:
    """Read a file: its mix, one channel or two; Rejected if unreadable, damaged or outside `limits`.

    The header is checked before memory is allocated. Float files above full scale are scaled to a peak of 1.
    """
    ((_, clip),) = decode_all([path], limits, channel)
    if isinstance(clip, Rejected):
        raise clip
    return clip


def decode_all(paths: Iterable[Path], limits: Limits, channel: Channel = "mix") -> Iterator[DecodedFile]:
    """Read files in order as `decode` does, a few ahead of the caller."""
    options = ReadOptions(limits.min_seconds, limits.max_seconds)
    return _decode(((path, options) for path in paths), limits, channel)


def decode_windows(
    path: Path, header: Header, seconds: float, limits: Limits, channel: Channel = "mix"
) -> Generator[DecodedFile]:
    """Read a file of any length and size in equal windows of at most `seconds`; a window may be rejected as silent."""
    count = max(math.ceil(header.seconds / seconds), 1)
    frames = -(-header.frames // count)
    windows = (ReadOptions(first_frame=first, frames=frames) for first in range(0, header.frames, frames))
    return _decode(((path, window) for window in windows), limits, channel)


def _decode(parts: Iterable[tuple[Path, ReadOptions]], limits: Limits, channel: Channel) -> Generator[DecodedFile]:
    channels = [0, 1] if channel == "both" else [None if channel == "mix" else channel]
    answers = _POOL.read(Request(path, part._replace(channel=number)) for path, part in parts for number in channels)
    for first in answers:
        sound = _stack_channels([first, *islice(answers, len(channels) - 1)])
        yield DecodedFile(sound.header, sound if isinstance(sound, Rejected) else to_clip(sound, limits))


def _stack_channels(channels: list[Sound | Rejected]) -> Sound | Rejected:
    """Join the channels of one file to (2, time), if there are two; if a channel is rejected, so is the file."""
    sounds = []
    for sound in channels:
        if isinstance(sound, Rejected):
            return sound
        sounds.append(sound)
    return sounds[0] if len(sounds) == 1 else Sound(sounds[0].header, np.stack([sound.samples for sound in sounds]))


def to_clip(sound: Sound, limits: Limits) -> FileClip | Rejected:
    """Turn samples into a clip; reject silence, a constant, corrupt samples, NaN and infinity."""
    samples, silence = sound.samples, 10 ** (limits.silence_db / 20)
    low, high = float(samples.min()), float(samples.max())
    peak = max(high, -low)
    if not np.isfinite(peak):
        return Rejected("non-finite")
    if peak > 1 and (fault := corruption(samples, peak, silence)):
        return Rejected(fault)
    if (samples.ndim == 2 or high - low <= 2 * silence) and (fault := missing_sound(sound, peak, silence)):
        return Rejected(fault)
    scaled = samples / np.float32(peak) if peak > 1 else samples
    return FileClip(scaled, sound.header.rate, peak, sound.channel_peak)
