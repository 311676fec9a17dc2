"""The declared and the actual size of the samples in a chunked sound file.

Recorders that lose power and programs that write to a pipe leave a size of 0 or a placeholder; others count the header
as samples. libsndfile cannot read some of these files, so their sizes are corrected in memory while they are read.
"""

import io
import os
import struct
from collections.abc import Iterator
from typing import NamedTuple

LOSS_TOLERANCE = 0.01  # an MP3's length is an estimate and old writers miscount: a smaller share is no loss
HEAD_BYTES = 4096  # read at once; headers are rarely longer
MAX_CHUNKS = 1000  # searched for the chunk with the samples
HEADER_BYTES = 128  # that a writer may have counted as samples
PLACEHOLDER_SLACK = 1 << 16  # programs round a placeholder down to whole blocks, or subtract the header from it
_W64_RIFF = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_W64_DATA = bytes.fromhex("64617461f3acd3118cd100c04f8edb8a")


class SampleChunk(NamedTuple):
    """Position and declared size of the samples (bytes), their actual size, and the fields that hold the size."""

    offset: int
    declared: int
    actual: int
    fields: tuple[tuple[int, str], ...]  # position, format of struct
    extra: int = 0  # bytes that the size field counts in addition

    @property
    def is_unknown(self) -> bool:
        """Whether the declared size is a placeholder."""
        if self.declared == 0:
            return self.actual > 0
        if self.declared <= self.actual:
            return False
        return any(abs(self.declared - 2**bits) <= PLACEHOLDER_SLACK for bits in (31, 32, 64))

    @property
    def is_truncated(self) -> bool:
        """Whether the end of the file is missing: more bytes than a miscounted header explains."""
        missing = self.declared - self.actual
        return not self.is_unknown and missing > max(LOSS_TOLERANCE * self.declared, min(self.offset, HEADER_BYTES))

    @property
    def patches(self) -> dict[int, bytes]:
        """Return {position: bytes} that correct the declared size; empty if it is right or the file is truncated."""
        if self.is_truncated or (self.declared <= self.actual and not self.is_unknown):
            return {}
        return {position: struct.pack(form, _clamp(self.actual + self.extra, form)) for position, form in self.fields}


def find_samples(descriptor: int, head: bytes, size: int) -> SampleChunk | None:
    """Find the samples of an open file of `size` bytes, whose first `HEAD_BYTES` bytes are `head`.

    None if it is no RIFF, RF64, W64, AIFF, AU or CAF, or has no samples.
    """
    file, magic = _Bytes(descriptor, head, size), head[:4]
    if magic in {b"RIFF", b"RIFX", b"RF64"}:
        return _in_riff(file, ">" if magic == b"RIFX" else "<", magic == b"RF64")
    if magic == b"FORM" and file.at(8, 4) in {b"AIFF", b"AIFC"}:
        return _in_aiff(file)
    if magic in {b".snd", b"dns."}:
        order = ">" if magic == b".snd" else "<"
        offset, declared = struct.unpack(f"{order}II", file.at(4, 8)) if file.size >= 12 else (0, 0)
        size_field = ((8, f"{order}I"),)
        return SampleChunk(offset, declared, file.size - offset, size_field) if 24 <= offset <= file.size else None
    if magic == b"caff":
        return _in_caf(file)
    return _in_w64(file) if file.at(0, 16) == _W64_RIFF else None


class PatchedFile(io.RawIOBase):
    """A file in which some bytes are replaced while it is read."""

    def __init__(self, descriptor: int, patches: dict[int, bytes]) -> None:
        self._file = io.FileIO(descriptor, closefd=True)
        self._patches = patches

    def seek(self, offset: int, whence: int = 0) -> int:
        """Set the position."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into the buffer and apply the patches."""
        start = self._file.tell()
        count = self._file.readinto(buffer) or 0
        view = memoryview(buffer).cast("B")
        for position, content in self._patches.items():
            first, last = max(position, start), min(position + len(content), start + count)
            if first < last:
                view[first - start : last - start] = content[first - position : last - position]
        return count

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes."""
        content = bytearray(max(size, 0))
        return bytes(content[: self.readinto(memoryview(content))])


class _Bytes:
    """Random access to an open file, whose first bytes are already in memory."""

    def __init__(self, descriptor: int, head: bytes, size: int) -> None:
        self._descriptor, self._head, self.size = descriptor, head, size

    def at(self, position: int, count: int) -> bytes:
        """Return `count` bytes from `position` on, fewer at the end."""
        if position + count <= len(self._head) or len(self._head) == self.size:
            return self._head[position : position + count]
        return os.pread(self._descriptor, count, position) if position < self.size else b""


def _in_riff(file: _Bytes, order: str, is_rf64: bool) -> SampleChunk | None:
    if not is_rf64:
        return _in_chunks(file, order, 12, b"data")
    sizes = next((position for name, position, _ in _chunks(file, order, 12) if name == b"ds64"), None)
    found = _in_chunks(file, order, 12, b"data")
    if sizes is None or found is None or found.declared != 2**32 - 1 or len(file.at(sizes + 8, 24)) < 24:
        return None
    (declared,) = struct.unpack("<Q", file.at(sizes + 16, 8))
    return found._replace(declared=declared, fields=((sizes + 16, "<Q"),))


def _in_aiff(file: _Bytes) -> SampleChunk | None:
    found = _in_chunks(file, ">", 12, b"SSND")
    if found is None or found.actual < 8:
        return found
    # The size counts two numbers before the samples, or is 0.
    declared = max(found.declared - 8, 0)
    return found._replace(offset=found.offset + 8, declared=declared, actual=found.actual - 8, extra=8)


def _in_chunks(file: _Bytes, order: str, position: int, wanted: bytes) -> SampleChunk | None:
    for name, start, size in _chunks(file, order, position):
        if name == wanted:
            offset, actual = start + 8, file.size - start - 8
            # A chunk of size 0 before other chunks is really empty.
            empty = size == 0 and _are_chunks(file, order, offset)
            return SampleChunk(offset, size, 0 if empty else actual, ((start + 4, f"{order}I"),))
    return None


def _chunks(file: _Bytes, order: str, position: int) -> Iterator[tuple[bytes, int, int]]:
    """Walk from chunk to chunk: name, position and size of each."""
    for _ in range(MAX_CHUNKS):
        head = file.at(position, 8)
        if len(head) < 8:
            return
        name, size = struct.unpack(f"{order}4sI", head)
        yield name, position, size
        position += 8 + size + size % 2


def _are_chunks(file: _Bytes, order: str, position: int) -> bool:
    """Whether everything from `position` to the end of the file is chunks."""
    found = [(name, start + 8 + size) for name, start, size in _chunks(file, order, position)]
    if not found:
        return position >= file.size
    return all(all(32 <= sign < 127 for sign in name) for name, _ in found) and abs(found[-1][1] - file.size) <= 1


def _in_caf(file: _Bytes) -> SampleChunk | None:
    position = 8
    for _ in range(MAX_CHUNKS):
        head = file.at(position, 12)
        if len(head) < 12:
            return None
        name, size = struct.unpack(">4sq", head)
        if name == b"data":  # its size counts four bytes, the number of edits, before the samples
            actual, declared = file.size - position - 16, size - 4 if size > 0 else 2**64 - 1 if size else 0
            return SampleChunk(position + 16, max(declared, 0), actual, ((position + 4, ">q"),), 4)
        if size < 0:
            return None
        position += 12 + size
    return None


def _in_w64(file: _Bytes) -> SampleChunk | None:
    position = 40
    for _ in range(MAX_CHUNKS):
        head = file.at(position, 24)
        if len(head) < 24:
            return None
        name, size = struct.unpack("<16sQ", head)
        if name == _W64_DATA:  # sizes count their own 24 bytes
            return SampleChunk(
                position + 24, max(size - 24, 0), file.size - position - 24, ((position + 16, "<Q"),), 24
            )
        if size < 24:
            return None
        position += (size + 7) // 8 * 8
    return None


def _clamp(size: int, form: str) -> int:
    return min(size, 2 ** (8 * struct.calcsize(form) - (form[-1] == "q")) - 1)
