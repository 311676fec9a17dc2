"""The header of a sound file, and the limits that it is checked against before samples are read."""

import os
import stat
from typing import NamedTuple

from waveloom.config.errors import InputError

RATES_HZ = (4_000, 384_000)
MAX_CHANNELS = 8
MAX_SAMPLES = 1 << 26  # per file, of one channel or of the mix: 256 MB of float32
MAX_FILE_BYTES = 1 << 30  # MAX_SAMPLES in two channels of float64
MAX_EXPANSION = 1_000  # decoded bytes per byte of the file; checked only above 64 MB of decoded samples


class Rejected(InputError):  # noqa: N818, a property of the sound
    """A sound that cannot be used; the message is a short reason: `kind` or `kind: detail`."""

    header: "Header | None" = None  # None if it could not be read


class Header(NamedTuple):
    """Sampling rate (Hz), channels and frames as the file declares them, before a sample is read."""

    rate: int
    channels: int
    frames: int

    @property
    def seconds(self) -> float:
        """Declared duration."""
        return self.frames / self.rate


class ReadOptions(NamedTuple):
    """Limits of a file's duration (s), and the channel that is read; None mixes the channels.

    With `frames` above 0 only that many frames are read, from `first_frame` on, and the file may be of any size.
    """

    min_seconds: float = 0.0
    max_seconds: float = float("inf")
    channel: int | None = None
    first_frame: int = 0
    frames: int = 0


def check_regular(path: str | bytes | os.PathLike[str], max_bytes: int = MAX_FILE_BYTES) -> int:
    """Return a file's size in bytes without opening it; Rejected if it is empty, too large, or a pipe or device."""
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise Rejected("missing") from None
    except (OSError, ValueError) as error:  # a cycle of links, a name too long, a zero byte in it
        raise Rejected(f"unreadable: {getattr(error, 'strerror', None) or error}") from None
    if not stat.S_ISREG(status.st_mode):
        raise Rejected(f"no file: it is a {_FILE_TYPES.get(stat.S_IFMT(status.st_mode), 'special file')}")
    if status.st_size == 0:
        raise Rejected("empty")
    if status.st_size > max_bytes:
        raise Rejected(
            f"too large: {status.st_size / 1e9:.3g} GB, and at most {max_bytes / 1e9:.3g} GB is read; cut it"
        )
    return status.st_size


_FILE_TYPES = {
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
    stat.S_IFDIR: "folder",
}


def check(header: Header, size: int, options: ReadOptions) -> None:
    """Raise Rejected if the header of a file of `size` bytes is outside the limits."""
    values = header.frames * header.channels
    if not RATES_HZ[0] <= header.rate <= RATES_HZ[1]:
        raise Rejected(f"rate: {header.rate} Hz is not in {RATES_HZ[0]} to {RATES_HZ[1]}")
    if header.channels > MAX_CHANNELS:
        raise Rejected(f"channels: {header.channels} are more than {MAX_CHANNELS}")
    if options.channel is not None and options.channel >= max(header.channels, 2):
        raise no_such_channel(options.channel, header.channels)
    if header.frames <= 0:
        raise Rejected("empty")
    if header.seconds > options.max_seconds:
        raise Rejected(f"too long: {header.seconds:.4g} s, and ingest.max_seconds is {options.max_seconds:g}")
    if header.frames > MAX_SAMPLES:
        raise Rejected(
            f"too long to read whole: {header.seconds:.4g} s; at most {MAX_SAMPLES} samples a channel, "
            f"{MAX_SAMPLES / header.rate:.0f} s at {header.rate} Hz, are read, for any ingest.max_seconds; cut it"
        )
    if 4 * values > max(MAX_EXPANSION * size, 1 << 26):
        raise Rejected(f"expands: {4 * values // size} times its size")
    if header.seconds < options.min_seconds:
        raise Rejected(f"too short: {header.seconds:.3g} s")


def no_such_channel(channel: int, channels: int) -> Rejected:
    """Make the error for a file with fewer `channels` than prepare.channel needs."""
    return Rejected(f"channel: prepare.channel is {channel}, counted from 0, of {channels}; lower it")
