"""From a sound file of any kind to a mono clip, or to the reason why it cannot be used."""

import re
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import soundfile
from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.config import config
from waveloom.errors import InputError

RATES_HZ = (4_000, 384_000)
CHANNELS = 8
VALUES = 1 << 26  # frames x channels of one file: 256 MB once decoded
BLOCK_FRAMES = 1 << 16
LOST = 0.01  # an mp3's length is an estimate and old writers miscount, so less than this share is not a loss


class Rejected(InputError):  # noqa: N818, it is a verdict on the sound
    """A sound that cannot be used; the message is the reason, short: `kind` or `kind: detail`."""


@config
class Limits:
    """What a recording must be like to be used."""

    min_seconds: Annotated[float, Field(ge=0)] = 0.02
    max_seconds: Annotated[float, Field(gt=0)] = 600.0
    silence_db: Annotated[float, Field(le=0)] = -60.0  # the loudest sample must be above, re full scale


class Header(NamedTuple):
    """What a file says of itself, before a sample is read: sampling rate (Hz), channels, frames."""

    rate: int
    channels: int
    frames: int

    @property
    def seconds(self) -> float:
        """How long the file says it is."""
        return self.frames / self.rate


def probe(path: Path) -> Header:
    """Read a file's header; Rejected if there is no such file or it is no sound."""
    with _open(path) as file:
        return Header(file.samplerate, file.channels, file.frames)


def decode(path: Path, limits: Limits, channel: int | None = None) -> Clip:
    """Read a file, mixed down to mono or one `channel` of it; Rejected if unreadable, damaged or outside `limits`.

    What the header claims is checked before memory is taken. Float files above full scale are scaled to peak at 1.
    """
    with _open(path) as file:
        check_header(Header(file.samplerate, file.channels, file.frames), limits)
        samples = _mono(file, 0 if file.channels == 1 else channel)
        if len(samples) < file.frames * (1 - LOST) or _cut_short(file.extra_info):
            raise Rejected("truncated")
        rate = file.samplerate
    loudest = _check_samples(samples, limits)
    return Clip(samples / loudest if loudest > 1 else samples, rate)


def _open(path: Path) -> soundfile.SoundFile:
    if not path.is_file():
        raise Rejected("missing")
    if path.stat().st_size == 0:
        raise Rejected("empty")
    try:
        return soundfile.SoundFile(path)
    except soundfile.LibsndfileError as error:
        raise Rejected(f"unreadable: {error.error_string}") from None
    except TypeError:  # soundfile takes the suffix .raw for headerless sound and asks for its rate
        raise Rejected("unreadable: no header") from None


def check_header(header: Header, limits: Limits) -> None:
    """Raise Rejected if what the header says rules the sound out."""
    if not RATES_HZ[0] <= header.rate <= RATES_HZ[1]:
        raise Rejected(f"rate: {header.rate} Hz is not in {RATES_HZ[0]} to {RATES_HZ[1]}")
    if header.channels > CHANNELS:
        raise Rejected(f"channels: {header.channels} are more than {CHANNELS}")
    if header.frames <= 0:
        raise Rejected("empty")
    if header.seconds > limits.max_seconds or header.frames * header.channels > VALUES:
        raise Rejected(f"too long: {header.seconds:.3g} s")
    if header.seconds < limits.min_seconds:
        raise Rejected(f"too short: {header.seconds:.3g} s")


def _mono(file: soundfile.SoundFile, channel: int | None) -> np.ndarray:
    """Read the whole in blocks and average the channels, or pick one; (time,) float32, as long as the file is."""
    # 16-bit files are read as they are: twice as fast, and one multiplication gives the same floats.
    dtype, scale = ("int16", 1 / 32768) if file.subtype == "PCM_16" else ("float32", 1)
    mono = np.empty(file.frames, np.float32)
    done = 0
    try:
        while done < len(mono) and len(block := file.read(BLOCK_FRAMES, dtype=dtype, always_2d=True)):
            mono[done : done + len(block)] = block[:, channel] if channel is not None else block.mean(axis=1)
            done += len(block)
    except soundfile.LibsndfileError as error:
        raise Rejected(f"unreadable: {error.error_string}") from None
    mono = mono[:done]
    mono *= np.float32(scale)
    return mono


def _cut_short(log: str) -> bool:
    """Tell from libsndfile's log whether the file holds less than its chunk headers declare.

    libsndfile reads such a file without complaint. A size of 2^32 - 1 is a stream's way to say "unknown".
    """
    sizes = re.findall(r": (\d+) \(should be (\d+)\)", log)
    return any(int(actual) < int(declared) * (1 - LOST) for declared, actual in sizes if int(declared) < 2**32 - 1)


def _check_samples(samples: np.ndarray, limits: Limits) -> float:
    if not np.isfinite(samples).all():
        raise Rejected("non-finite")
    loudest = float(max(samples.max(), -samples.min()))
    if loudest <= 10 ** (limits.silence_db / 20):
        raise Rejected("silent")
    return loudest
