"""Reading a sound file with libsndfile. This runs in the decoder's process, so it imports little and starts fast."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import soundfile

from waveloom.audio import file_signatures, flac
from waveloom.audio.chained import streams
from waveloom.audio.chunks import HEAD, LOST, Corrected, Samples, samples_of
from waveloom.config.errors import InputError

RATES_HZ = (4_000, 384_000)
CHANNELS = 8
FORMATS = {"WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "MPEG", "AIFF", "AU", "CAF", "NIST"}  # no oddities
VALUES = 1 << 26  # samples that are read of one channel, or of the mix, of one file: 256 MB
FILE_BYTES = 1 << 30  # as much as the values of a file can take, in double precision and with room
EXPANSION = 1_000  # decoded bytes a byte of the file; asked only of files that decode to more than 64 MB
BLOCK_FRAMES = 1 << 16
MP3_LEAD = 16 * 1152  # samples
FFMPEG = "ffmpeg -i IN OUT.flac"
OUT_OF_MEMORY = "decoder ran out of memory"


class Rejected(InputError):  # noqa: N818, it is a verdict on the sound
    """A sound that cannot be used; the message is the reason, short: `kind` or `kind: detail`."""

    header: "Header | None" = None  # what the file says of itself, where that could be read


class Header(NamedTuple):
    """What a file says of itself, before a sample is read: sampling rate (Hz), channels, frames."""

    rate: int
    channels: int
    frames: int

    @property
    def seconds(self) -> float:
        """How long the file says it is."""
        return self.frames / self.rate


class Wanted(NamedTuple):
    """How long a file may be, in seconds, and which channel is read; None mixes them.

    With `frames` above 0 only so many are read, from `first` on, and the file may be of any size.
    """

    shortest: float = 0.0
    longest: float = float("inf")
    channel: int | None = None
    first: int = 0
    frames: int = 0


class Decoded(NamedTuple):
    """A file's header, its samples (time,), int16 or float32, and the loudest channel's peak if it was mixed, or 0."""

    header: Header
    samples: np.ndarray
    channel_peak: float = 0.0


def check_regular(path: str | bytes | os.PathLike[str], largest: int = FILE_BYTES) -> int:
    """Give a file's size in bytes without opening it; Rejected if it is empty, too large, or a pipe or device."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise Rejected("missing") from None
    except (OSError, ValueError) as error:  # a circle of links, a name too long, a zero byte in it
        raise Rejected(f"unreadable: {getattr(error, 'strerror', None) or error}") from None
    if not stat.S_ISREG(found.st_mode):
        raise Rejected(f"no file: it is a {_KINDS.get(stat.S_IFMT(found.st_mode), 'special file')}")
    if found.st_size == 0:
        raise Rejected("empty")
    if found.st_size > largest:
        raise Rejected(f"too large: {found.st_size / 1e9:.3g} GB, and at most {largest / 1e9:.3g} GB is read; cut it")
    return found.st_size


_KINDS = {
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
    stat.S_IFDIR: "folder",
}


def header(path: bytes, any_size: bool = False) -> Header:
    """Read what the file says of itself; Rejected if there is no such file or it is no sound."""
    file, _ = _open(path, check_regular(path, sys.maxsize if any_size else FILE_BYTES))
    with file:
        return Header(file.samplerate, file.channels, file.frames)


def read(path: bytes, wanted: Wanted, room: np.ndarray) -> Decoded:
    """Read one channel or the mix into `room` (bytes, uint8): its header, and a view (time,) of int16 or float32.

    What the header claims is checked before a sample is read; a Rejected then carries the header.
    """
    size = check_regular(path, sys.maxsize if wanted.frames else FILE_BYTES)
    file, sizes = _open(path, size)
    with file:
        said = Header(file.samplerate, file.channels, file.frames)
        try:
            if file.format not in FORMATS:
                raise Rejected(f"format: {file.format} is not read; convert it to WAV or FLAC")
            if wanted.frames:
                check(said._replace(frames=min(wanted.frames, said.frames)), FILE_BYTES, wanted)
            else:
                check(said, size, wanted)
            if not wanted.first and (count := streams(path, size, file.format)) > 1:
                name = file.format.replace("OGG", "Ogg")
                raise Rejected(f"chained: {count} {name} streams in one file; join them, such as by {FFMPEG}")
            samples, channel_peak = _samples(file, 0 if file.channels == 1 else wanted.channel, room, wanted)
            declared = _nist_frames(path) if file.format == "NIST" else file.frames
            declared = max(min(declared - wanted.first, wanted.frames or declared), 0)
            if len(samples) < declared * (1 - LOST) or (sizes.cut if sizes else _cut_short(file.extra_info)):
                raise Rejected("truncated")
        except Rejected as error:
            error.header = said
            raise
        return Decoded(said, samples, channel_peak)


def _open(path: bytes, size: int) -> tuple[soundfile.SoundFile, Samples | None]:
    """Open a file of `size` bytes, with what its chunks say of its samples; a wrong size is corrected."""
    # Not blocking, should a pipe have taken the file's place since it was looked at. By number, so that libsndfile
    # looks at the content alone and never at the name; it closes the number, even if it cannot read the file.
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    head = os.pread(number, HEAD, 0)
    sizes = samples_of(number, head, size)
    try:
        if corrected := sizes.corrected if sizes else flac.corrected(number, head, size):
            return soundfile.SoundFile(Corrected(number, corrected)), sizes
        return soundfile.SoundFile(number, closefd=True), sizes
    except soundfile.LibsndfileError as error:
        if sizes and sizes.cut:
            raise Rejected("truncated") from None
        raise _refusal(error, head[: file_signatures.FIRST_BYTES]) from None


def _refusal(error: soundfile.LibsndfileError, first: bytes = b"") -> Rejected:
    said = error.error_string
    if known := file_signatures.rejection_reason(first):
        return Rejected(known)
    if "No 'data' chunk marker" in said:
        return Rejected("unreadable: its chunks are out of order or not padded to an even size; convert it again")
    if "does not exist" in said:  # libsndfile's word for bytes that only begin like an MP3
        said = "Format not recognised."
    return Rejected(OUT_OF_MEMORY if "malloc" in said else f"unreadable: {said}")


def check(said: Header, size: int, wanted: Wanted) -> None:
    """Raise Rejected if what a header says of a file of `size` bytes rules it out."""
    values = said.frames * said.channels
    if not RATES_HZ[0] <= said.rate <= RATES_HZ[1]:
        raise Rejected(f"rate: {said.rate} Hz is not in {RATES_HZ[0]} to {RATES_HZ[1]}")
    if said.channels > CHANNELS:
        raise Rejected(f"channels: {said.channels} are more than {CHANNELS}")
    if wanted.channel is not None and wanted.channel >= max(said.channels, 2):
        raise no_such_channel(wanted.channel, said.channels)
    if said.frames <= 0:
        raise Rejected("empty")
    if said.seconds > wanted.longest:
        raise Rejected(f"too long: {said.seconds:.4g} s, and ingest.max_seconds is {wanted.longest:g}")
    if said.frames > VALUES:
        most = VALUES / said.rate
        raise Rejected(
            f"too long to read whole: {said.seconds:.4g} s; at most {VALUES} samples a channel, {most:.0f} s at "
            f"{said.rate} Hz, are read, for any ingest.max_seconds; cut it"
        )
    if 4 * values > max(EXPANSION * size, 1 << 26):
        raise Rejected(f"expands: {4 * values // size} times its size")
    if said.seconds < wanted.shortest:
        raise Rejected(f"too short: {said.seconds:.3g} s")


def no_such_channel(channel: int, channels: int) -> Rejected:
    """Say that a file has fewer `channels` than prepare.channel asks for."""
    return Rejected(f"channel: prepare.channel is {channel}, counted from 0, of {channels}; lower it")


def _samples(
    file: soundfile.SoundFile, channel: int | None, room: np.ndarray, wanted: Wanted
) -> tuple[np.ndarray, float]:
    """Read all there is, or the frames that are wanted; shorter than declared if the file is."""
    # 16-bit files are read as they are: twice as fast, and one multiplication gives the same floats.
    whole = file.subtype == "PCM_16"
    kind = np.int16 if whole and channel is not None else np.float32
    mono = room[: (wanted.frames or file.frames) * kind().itemsize].view(kind)
    done, loudest = 0, 0.0
    try:
        if file.channels == 1 and not wanted.first:
            return mono[: file.buffer_read_into(mono, "int16" if whole else "float32")], loudest
        for block in _blocks(file, min(wanted.first, file.frames), len(mono), "int16" if whole else "float32"):
            mono[done : done + len(block)] = block[:, channel] if channel is not None else block.mean(axis=1)
            done += len(block)
            if channel is None:
                loudest = max(loudest, float(block.max()), -float(block.min()))
    except soundfile.LibsndfileError as error:
        raise _refusal(error) from None
    if whole and channel is None:
        np.multiply(mono[:done], np.float32(1 / 32768), out=mono[:done])
        loudest /= 32768
    return mono[:done], loudest


def _blocks(file: soundfile.SoundFile, first: int, frames: int, kind: str) -> Iterator[np.ndarray]:
    """Read so many frames (frames, channels) from `first` on.

    SoundFile moves to where it is after each reading, and an MP3 decoder that is moved needs some frames before it
    gives the right samples again: so an MP3 is read at once, from a little before.
    """
    mp3 = file.format in {"MP3", "MPEG"}
    lead = min(first, MP3_LEAD) if mp3 else 0
    if first:
        file.seek(first - lead)
    size = lead + frames if mp3 else BLOCK_FRAMES
    while frames and len(block := file.read(min(size, lead + frames), kind, always_2d=True)):
        yield block[lead:]
        frames, lead = frames + lead - len(block), 0


_SIZES = re.compile(r": (-?\d+) \(should be (\d+)\)")


def _cut_short(log: str) -> bool:
    """Tell from libsndfile's log whether the file holds less than its chunk headers declare.

    libsndfile reads such a file without complaint. A size of 2^32 - 1 is a stream's way to say "unknown", and one below
    0 was above 2^63.
    """
    sizes = ((int(declared), int(actual)) for declared, actual in _SIZES.findall(log))
    return any(d < 0 or (actual < d * (1 - LOST) and d != 2**32 - 1) for d, actual in sizes)


def _nist_frames(path: bytes) -> int:
    """Read how many frames a NIST SPHERE file declares; libsndfile does not look, and gives what there is."""
    with open(path, "rb") as file:
        found = re.search(rb"^sample_count -i (\d{1,18})$", file.read(1024), re.MULTILINE)
    return int(found[1]) if found else 0
