"""From a sound file of any kind to a clip, or to the reason why it cannot be used.

Files are read by other processes under limits of memory and time (`decoders.py`), so that a file made to crash, to hang
or to eat memory costs one row and not the run.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from waveloom.audio.clip import FileClip
from waveloom.audio.decoder_process import Request, Sound
from waveloom.audio.decoders import Decoders
from waveloom.audio.sound_file import CHANNELS, FILE_BYTES, RATES_HZ, Header, Rejected, Wanted, check
from waveloom.config.checked import checked_dataclass

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
    "decode_windows",
    "probe",
    "probe_all",
]

FEW = 3  # samples that a storage fault may affect; above ten times full scale, a thousandth of all
ABOVE = 10.0  # times the rest, that is 20 dB, is how far such samples stand out

_DECODERS = Decoders()


@checked_dataclass
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


def probe_all(paths: Iterable[Path], any_size: bool = False) -> Iterator[Header | Rejected]:
    """Read the headers of files in order, several for each question to the other process."""
    wanted = Wanted(frames=int(any_size))
    for said in _DECODERS.read(Request(path, wanted, header_only=True) for path in paths):
        yield said if isinstance(said, Rejected) else said.header


def check_header(header: Header, limits: Limits) -> None:
    """Raise Rejected if what the header says rules the sound out."""
    check(header, FILE_BYTES, Wanted(limits.min_seconds, limits.max_seconds))


class Heard(NamedTuple):
    """What a file says of itself, where that could be read, and its sound or the reason why it cannot be used."""

    header: Header | None
    clip: FileClip | Rejected


Channel = Literal["mix", "both"] | int  # both: the first two, in stereo; a file of one channel gives it twice


def decode(path: Path, limits: Limits, channel: Channel = "mix") -> FileClip:
    """Read a file, mixed down, one channel or both; Rejected if unreadable, damaged or outside `limits`.

    What the header claims is checked before memory is taken. Float files above full scale are scaled to peak at 1.
    """
    ((_, clip),) = decode_all([path], limits, channel)
    if isinstance(clip, Rejected):
        raise clip
    return clip


def decode_all(paths: Iterable[Path], limits: Limits, channel: Channel = "mix") -> Iterator[Heard]:
    """Read files in order as `decode` does, a few ahead of the one that is worked on."""
    whole = Wanted(limits.min_seconds, limits.max_seconds)
    return _decode(((path, whole) for path in paths), limits, channel)


def decode_windows(
    path: Path, header: Header, seconds: float, limits: Limits, channel: Channel = "mix"
) -> Iterator[Heard]:
    """Read a file of any length and size in equal windows, of `seconds` at most; one may be silent by itself."""
    count = max(math.ceil(header.seconds / seconds), 1)
    frames = -(-header.frames // count)
    wanted = (Wanted(first=first, frames=frames) for first in range(0, header.frames, frames))
    return _decode(((path, window) for window in wanted), limits, channel)


def _decode(parts: Iterable[tuple[Path, Wanted]], limits: Limits, channel: Channel) -> Iterator[Heard]:
    channels = [0, 1] if channel == "both" else [None if channel == "mix" else channel]
    answers = _DECODERS.read(Request(path, part._replace(channel=one)) for path, part in parts for one in channels)
    for first in answers:
        said = _together([first, *islice(answers, len(channels) - 1)])
        yield Heard(said.header, said if isinstance(said, Rejected) else checked(said, limits))


def _together(channels: list[Sound | Rejected]) -> Sound | Rejected:
    """Lay the channels of one file over each other, if there are several; what is wrong with one is with the file."""
    sounds = []
    for one in channels:
        if isinstance(one, Rejected):
            return one
        sounds.append(one)
    return sounds[0] if len(sounds) == 1 else Sound(sounds[0].header, np.stack([sound.samples for sound in sounds]))


def checked(sound: Sound, limits: Limits) -> FileClip | Rejected:
    """Turn samples into a clip; refuse what is silent, constant, corrupt or not a number."""
    samples, quietest = sound.samples, 10 ** (limits.silence_db / 20)
    low, high = float(samples.min()), float(samples.max())
    loudest = max(high, -low)
    if not np.isfinite(loudest):
        return Rejected("non-finite")
    if loudest > 1 and (fault := corrupt(samples, loudest, quietest)):
        return Rejected(fault)
    if (samples.ndim == 2 or high - low <= 2 * quietest) and (fault := _without_sound(sound, loudest, quietest)):
        return Rejected(fault)
    scaled = samples / np.float32(loudest) if loudest > 1 else samples
    return FileClip(scaled, sound.header.rate, loudest, sound.channel_peak)


def corrupt(samples: np.ndarray, loudest: float, quietest: float) -> str:
    """Say what is wrong with samples above full scale if their peak is no sound's; empty if scaling mends them.

    Whole files in units of integers reach 2^31. A few values far above all others are a fault of storage: scaling by
    them would leave the sound itself at almost nothing. That is where the others lie within full scale, or would be
    silent once scaled.
    """
    if loudest > 2**32:
        return f"corrupt: its peak, {loudest:.3g}, is above any unit of samples; write the file again"
    values = np.abs(samples).reshape(-1, samples.shape[-1]).max(axis=0)  # of several channels, the loudest
    few = FEW if loudest < 10 else max(FEW, len(values) // 1000)
    if loudest < 2 or len(values) <= few:
        return ""
    rest = float(np.partition(values, -few - 1)[-few - 1])
    if not quietest < rest <= max(min(1, loudest / ABOVE), loudest * quietest):
        return ""
    count, peak, others = int((values > rest * ABOVE).sum()), 20 * np.log10(loudest), 20 * np.log10(rest)
    which, what = ("samples reach", "them") if count > 1 else ("sample reaches", "it")
    return (
        f"corrupt: {count} {which} {peak:.0f} dB above full scale, and the rest peaks at {others:.0f} dB; "
        f"remove {what} or write the file again"
    )


def _without_sound(sound: Sound, loudest: float, quietest: float) -> str:
    """Say why a sound without its offset does not exceed `quietest`; empty if it does."""
    centred = sound.samples - sound.samples.mean(axis=-1, keepdims=True, dtype=np.float64)
    left = float(np.abs(centred).max())
    if left > quietest:
        return ""
    if sound.channel_peak > max(quietest, 2 * loudest):
        channel, mix = 20 * np.log10(sound.channel_peak), 20 * np.log10(max(loudest, 1e-12))
        return (
            f"cancelled: its channels cancel each other in the mix, whose peak is {mix:.0f} dB, that of the loudest "
            f"channel {channel:.0f} dB; set prepare.channel to the number of one"
        )
    if loudest <= quietest:
        return "silent"
    offset = max(np.atleast_1d(sound.samples.mean(axis=-1, dtype=np.float64)), key=abs)  # of both channels, the larger
    peak = 20 * np.log10(max(left, 1e-12))
    beside = f"the rest peaks at {peak:.0f} dB" if peak > -200 else "nothing else"
    return f"constant: an offset of {offset:.3g} and {beside}"
