"""Listing and reading of the members of an archive; nothing is extracted under the archive's own names.

Sizes are counted while reading; declared sizes are not trusted. Python's tarfile filters are incomplete, so none is
used.
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
MAX_HEADER = 1 << 16  # bytes of the header of one tar member, with its extensions
RATIO_FREE = 1 << 24  # unpacked bytes up to which the compression ratio is not checked
ENTRY = 128  # bytes of a typical entry of a zip's directory
READ_ERRORS = (
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError, IndexError, struct.error),
    *(zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile),
)


@checked_dataclass
class Caps:
    """Limits of an archive's content, against decompression bombs."""

    max_members: Annotated[int, Field(ge=1)] = 200_000
    max_member_mb: Annotated[float, Field(gt=0)] = 1024.0
    max_total_gb: Annotated[float, Field(gt=0)] = 64.0
    max_ratio: Annotated[float, Field(gt=1)] = 200.0  # unpacked to packed bytes


class ArchiveMember(NamedTuple):
    """A member that is not a folder: `content` opens it, unless `reason` says why it must not be read.

    `size` is its compressed size (bytes), or 0 where only the archive as a whole is compressed.
    """

    name: str
    content: Callable[[], IO[bytes]]
    reason: str
    size: int


def archive_members(archive: Path, caps: Caps) -> Iterator[ArchiveMember]:
    """List a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz in its own order; read each member before taking the next."""
    try:
        with archive.open("rb") as file:
            magic = file.read(6)
            file.seek(0)
            is_zip = magic[:4] in {b"PK\3\4", b"PK\5\6"}
            listed = _zip_members(file, caps) if is_zip else _tar_members(file, magic, caps)
            for number, member in enumerate(listed):
                if number >= caps.max_members:
                    raise InputError(f"{archive} has more members than ingest.options.caps.max_members.")
                yield member
    except InputError:
        raise
    except READ_ERRORS as error:
        raise InputError(
            f"{archive} is damaged or no archive ({str(error) or 'it is cut short'}); fetch it again."
        ) from None


def _zip_members(file: IO[bytes], caps: Caps) -> Iterator[ArchiveMember]:
    _check_directory(file, caps)
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield ArchiveMember(info.filename, partial(archive.open, info), _zip_reason(info), info.compress_size)


def _check_directory(file: IO[bytes], caps: Caps) -> None:
    """Raise an InputError if a zip's directory is too large to be listed (APPNOTE 6.3.10, 4.3.14 and 4.3.16)."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - (1 << 16) - 98))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0:
        raise zipfile.BadZipFile("it has no directory")
    zip64 = tail.rfind(b"PK\6\6", 0, end)
    size = struct.unpack_from("<Q", tail, zip64 + 40) if zip64 >= 0 else struct.unpack_from("<I", tail, end + 12)
    if size[0] > caps.max_members * ENTRY:
        raise InputError(f"{file.name} has too large a directory for ingest.options.caps.max_members.")


def _zip_reason(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x2041:
        return "encrypted"
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # The others decompress a block of any size at once.
        return f"compression: method {info.compress_type} is neither stored nor deflated"
    kind = stat.S_IFMT(info.external_attr >> 16)
    return "link" if kind == stat.S_IFLNK else "no file" if kind not in {0, stat.S_IFREG} else ""


def _tar_members(file: IO[bytes], magic: bytes, caps: Caps) -> Iterator[ArchiveMember]:
    stream = _LimitedStream(file, _decompressor(file, magic), caps)
    with tarfile.open(fileobj=stream, mode="r|", bufsize=BLOCK) as archive:  # type: ignore[call-overload]
        while (member := archive.next()) is not None:
            archive.members = []  # otherwise it stores every member
            stream.allow(max(member.size, 0))
            if not member.isdir():
                content = cast(Callable[[], IO[bytes]], partial(archive.extractfile, member))
                yield ArchiveMember(member.name, content, _tar_reason(member), 0)
        end = stream.since(archive.offset)[: tarfile.BLOCKSIZE]
    if len(end) < tarfile.BLOCKSIZE or end.strip(b"\0"):  # a tar ends with a block of zeros
        raise InputError(f"{file.name} is cut short or damaged after its last readable member; fetch it again.")
    stream.allow(sys.maxsize)
    while stream.read(BLOCK):  # to the end, so that the checksum is verified
        pass


def _decompressor(file: IO[bytes], magic: bytes) -> IO[bytes]:
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


class _LimitedStream:
    """A decompressed stream that raises an InputError if more is read than was allowed."""

    def __init__(self, packed: IO[bytes], stream: IO[bytes], caps: Caps) -> None:
        self._packed, self._stream, self._caps = packed, stream, caps
        self._done, self._last = 0, bytes(1)
        self.allow(0)

    def allow(self, size: int) -> None:
        """Allow `size` bytes, one more header, and one block of read-ahead from the current position."""
        self._allowed = self._done + size + MAX_HEADER + BLOCK

    def since(self, position: int) -> bytes:
        """Return the bytes of the last read from a position of the stream on."""
        return self._last[position - (self._done - len(self._last)) :]

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes; InputError beyond a limit."""
        if not self._last:
            raise EOFError("it is cut short")  # otherwise tarfile reads until it has the size that a header declares
        self._last = self._stream.read(size)
        self._done += len(self._last)
        if self._done > self._allowed:
            raise InputError(f"{self._packed.name} has a member whose header is longer than {MAX_HEADER} bytes.")
        if self._done > self._caps.max_total_gb * 1e9:
            raise InputError(f"{self._packed.name} unpacks to more than ingest.options.caps.max_total_gb.")
        if self._done > max(RATIO_FREE, self._caps.max_ratio * self._packed.tell()):
            raise InputError(f"{self._packed.name} unpacks to more than ingest.options.caps.max_ratio times its size.")
        return self._last
