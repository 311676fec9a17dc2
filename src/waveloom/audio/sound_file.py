"""Reading a sound file with libsndfile. This runs in the decoder's process, so it imports little and starts fast."""

import os
import re
import stat
from typing import NamedTuple

import numpy as np
import soundfile

from waveloom.errors import InputError

RATES_HZ = (4_000, 384_000)
CHANNELS = 8
FORMATS = {"WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "MPEG", "AIFF", "AU", "CAF", "NIST"}  # no oddities
VALUES = 1 << 26  # frames x channels of one file: 256 MB once decoded
FILE_BYTES = 1 << 30  # as much as the values of a file can take, in double precision and with room
EXPANSION = 1_000  # decoded bytes a byte of the file; asked only of files that decode to more than 64 MB
BLOCK_FRAMES = 1 << 16
LOST = 0.01  # an mp3's length is an estimate and old writers miscount, so less than this share is not a loss
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
    """How long a file may be, in seconds, and which channel is read; None mixes them."""

    shortest: float = 0.0
    longest: float = float("inf")
    channel: int | None = None


def check_regular(path: str | bytes | os.PathLike[str]) -> int:
    """Give a file's size in bytes without opening it; Rejected if it is empty, huge, or a pipe or device."""
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
    if found.st_size > FILE_BYTES:
        raise Rejected(f"too large: {found.st_size / 1e9:.3g} GB")
    return found.st_size


_KINDS = {
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
    stat.S_IFDIR: "folder",
}


def header(path: bytes) -> Header:
    """Read what the file says of itself; Rejected if there is no such file or it is no sound."""
    check_regular(path)
    with _open(path) as file:
        return Header(file.samplerate, file.channels, file.frames)


def read(path: bytes, wanted: Wanted, room: np.ndarray) -> tuple[Header, np.ndarray]:
    """Read one channel or the mix into `room` (bytes, uint8): its header, and a view (time,) of int16 or float32.

    What the header claims is checked before a sample is read; a Rejected then carries the header.
    """
    size = check_regular(path)
    with _open(path) as file:
        said = Header(file.samplerate, file.channels, file.frames)
        try:
            if file.format not in FORMATS:
                raise Rejected(f"format: {file.format} is not read")
            check(said, size, wanted)
            samples = _samples(file, 0 if file.channels == 1 else wanted.channel, room)
            declared = _nist_frames(path) if file.format == "NIST" else file.frames
            if len(samples) < declared * (1 - LOST) or _cut_short(file.extra_info):
                raise Rejected("truncated")
        except Rejected as error:
            error.header = said
            raise
        return said, samples


def _open(path: bytes) -> soundfile.SoundFile:
    # Not blocking, should a pipe have taken the file's place since it was looked at. By number, so that libsndfile
    # looks at the content alone and never at the name; it closes the number, even if it cannot read the file.
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return soundfile.SoundFile(number, closefd=True)
    except soundfile.LibsndfileError as error:
        raise _refusal(error) from None


def _refusal(error: soundfile.LibsndfileError) -> Rejected:
    said = error.error_string
    return Rejected(OUT_OF_MEMORY if "malloc" in said else f"unreadable: {said}")


def check(said: Header, size: int, wanted: Wanted) -> None:
    """Raise Rejected if what a header says of a file of `size` bytes rules it out."""
    values = said.frames * said.channels
    if not RATES_HZ[0] <= said.rate <= RATES_HZ[1]:
        raise Rejected(f"rate: {said.rate} Hz is not in {RATES_HZ[0]} to {RATES_HZ[1]}")
    if said.channels > CHANNELS:
        raise Rejected(f"channels: {said.channels} are more than {CHANNELS}")
    if said.frames <= 0:
        raise Rejected("empty")
    if said.seconds > wanted.longest or values > VALUES:
        raise Rejected(f"too long: {said.seconds:.3g} s")
    if 4 * values > max(EXPANSION * size, 1 << 26):
        raise Rejected(f"expands: {4 * values // size} times its size")
    if said.seconds < wanted.shortest:
        raise Rejected(f"too short: {said.seconds:.3g} s")


def _samples(file: soundfile.SoundFile, channel: int | None, room: np.ndarray) -> np.ndarray:
    """Read all there is; shorter than declared if the file is."""
    # 16-bit files are read as they are: twice as fast, and one multiplication gives the same floats.
    whole = file.subtype == "PCM_16"
    kind = np.int16 if whole and channel is not None else np.float32
    mono = room[: file.frames * kind().itemsize].view(kind)
    try:
        if file.channels == 1:
            return mono[: file.buffer_read_into(mono, "int16" if whole else "float32")]
        done = 0
        while len(block := file.read(min(BLOCK_FRAMES, len(mono) - done), "int16" if whole else "float32")):
            mono[done : done + len(block)] = block[:, channel] if channel is not None else block.mean(axis=1)
            done += len(block)
    except soundfile.LibsndfileError as error:
        raise _refusal(error) from None
    if whole and channel is None:
        np.multiply(mono[:done], np.float32(1 / 32768), out=mono[:done])
    return mono[:done]


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
