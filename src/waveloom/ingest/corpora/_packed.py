"""What an archive lists, member by member, and how each is read; nothing is extracted under the archive's own names.

Sizes are counted as they are read, never believed. Python's tarfile filters have holes, so none is relied on.
"""

import bz2
import gzip
import lzma
import stat
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Annotated, NamedTuple, cast

from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError

BLOCK = 1 << 16  # bytes read at once
HEADER = 1 << 16  # bytes that the header of one member of a tar may take, its extensions included
NO_BOMB = 1 << 24  # bytes; what unpacks to less is not judged by its ratio
ENTRY = 128  # bytes of a usual entry of a zip's directory
BROKEN = (
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError, IndexError, struct.error),
    *(zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile),
)


@checked_dataclass
class Caps:
    """How much an archive may hold; a bomb holds more than anyone has room and time for."""

    max_members: Annotated[int, Field(ge=1)] = 200_000
    max_member_mb: Annotated[float, Field(gt=0)] = 1024.0
    max_total_gb: Annotated[float, Field(gt=0)] = 64.0
    max_ratio: Annotated[float, Field(gt=1)] = 200.0  # unpacked to packed bytes


class Packed(NamedTuple):
    """One member that is not a folder: `content` opens it, unless `reason` says why it must not be read.

    `size` is the room it takes in the archive (bytes), or 0 where only the archive as a whole is packed.
    """

    name: str
    content: Callable[[], IO[bytes]]
    reason: str
    size: int


def members(archive: Path, caps: Caps) -> Iterator[Packed]:
    """List a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz in its own order; each must be read before the next is asked."""
    try:
        with archive.open("rb") as file:
            magic = file.read(6)
            file.seek(0)
            listed = _zipped(file, caps) if magic[:4] in {b"PK\3\4", b"PK\5\6"} else _tarred(file, magic, caps)
            for number, member in enumerate(listed):
                if number >= caps.max_members:
                    raise InputError(f"{archive} has more members than ingest.options.caps.max_members.")
                yield member
    except InputError:
        raise
    except BROKEN as error:
        raise InputError(
            f"{archive} is damaged or no archive ({str(error) or 'it is cut short'}); fetch it again."
        ) from None


def _zipped(file: IO[bytes], caps: Caps) -> Iterator[Packed]:
    _check_directory(file, caps)
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield Packed(info.filename, partial(archive.open, info), _zip_reason(info), info.compress_size)


def _check_directory(file: IO[bytes], caps: Caps) -> None:
    """Refuse a zip whose directory is too large to be listed at all (APPNOTE 6.3.10, 4.3.14 and 4.3.16)."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - (1 << 16) - 98))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0:
        raise zipfile.BadZipFile("it has no directory")
    long = tail.rfind(b"PK\6\6", 0, end)
    size = struct.unpack_from("<Q", tail, long + 40) if long >= 0 else struct.unpack_from("<I", tail, end + 12)
    if size[0] > caps.max_members * ENTRY:
        raise InputError(f"{file.name} has too large a directory for ingest.options.caps.max_members.")


def _zip_reason(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x2041:
        return "encrypted"
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # The others unpack a block of any size at once.
        return f"compression: method {info.compress_type} is neither stored nor deflated"
    kind = stat.S_IFMT(info.external_attr >> 16)
    return "link" if kind == stat.S_IFLNK else "no file" if kind not in {0, stat.S_IFREG} else ""


def _tarred(file: IO[bytes], magic: bytes, caps: Caps) -> Iterator[Packed]:
    meter = _Meter(file, _unpacker(file, magic), caps)
    with tarfile.open(fileobj=meter, mode="r|", bufsize=BLOCK) as archive:  # type: ignore[call-overload]
        while (member := archive.next()) is not None:
            archive.members = []  # it would remember every one
            meter.allow(max(member.size, 0))
            if not member.isdir():
                content = cast(Callable[[], IO[bytes]], partial(archive.extractfile, member))
                yield Packed(member.name, content, _tar_reason(member), 0)
        end = meter.since(archive.offset)[: tarfile.BLOCKSIZE]
    if len(end) < tarfile.BLOCKSIZE or end.strip(b"\0"):  # it is not the block of zeros that ends a tar
        raise InputError(f"{file.name} is cut short or damaged after its last readable member; fetch it again.")
    meter.allow(sys.maxsize)
    while meter.read(BLOCK):  # to the end, where the checksum is
        pass


def _unpacker(file: IO[bytes], magic: bytes) -> IO[bytes]:
    if magic.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(file))
    if magic.startswith(b"BZh"):
        return bz2.open(file)
    return lzma.open(file) if magic.startswith(b"\xfd7zXZ") else file


def _tar_reason(member: tarfile.TarInfo) -> str:
    if member.issym() or member.islnk():
        return "link"
    if member.ischr() or member.isblk() or member.isfifo():
        return "device"
    return "no file" if not member.isreg() or member.issparse() or member.size < 0 else ""


class _Meter:
    """A stream that counts what is read of it, and stops where no more was allowed."""

    def __init__(self, packed: IO[bytes], stream: IO[bytes], caps: Caps) -> None:
        self._packed, self._stream, self._caps = packed, stream, caps
        self._done, self._last = 0, bytes(1)
        self.allow(0)

    def allow(self, size: int) -> None:
        """Let `size` bytes, another header, and what is read ahead, be read from here on."""
        self._allowed = self._done + size + HEADER + BLOCK

    def since(self, position: int) -> bytes:
        """Give what the last reading brought from a position of the stream on."""
        return self._last[position - (self._done - len(self._last)) :]

    def read(self, size: int) -> bytes:
        """Read, or raise an InputError."""
        if not self._last:
            raise EOFError("it is cut short")  # else tarfile goes on asking until it has what a header claims
        self._last = self._stream.read(size)
        self._done += len(self._last)
        if self._done > self._allowed:
            raise InputError(f"{self._packed.name} has a member whose header is longer than {HEADER} bytes.")
        if self._done > self._caps.max_total_gb * 1e9:
            raise InputError(f"{self._packed.name} unpacks to more than ingest.options.caps.max_total_gb.")
        if self._done > max(NO_BOMB, self._caps.max_ratio * self._packed.tell()):
            raise InputError(f"{self._packed.name} unpacks to more than ingest.options.caps.max_ratio times its size.")
        return self._last
