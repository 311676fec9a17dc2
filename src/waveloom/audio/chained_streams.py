"""Files that hold several streams one after the other; libsndfile reads only the first."""

import mmap
import re
from collections.abc import Iterator

READ_BYTES = 1 << 26  # larger files are mapped instead of read
_FIRST_PAGE = re.compile(rb"OggS\x00[\x02\x03\x06\x07]")
_STREAM_INFO = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")
_LENGTH_TAG = re.compile(rb"Xing|Info")  # the first frame of most MP3 files declares the length of the stream
_MPEG_SYNC = re.compile(rb"\xff[\xe2-\xff]")
_TAG_OFFSETS = (13, 21, 36, 15, 23, 38)  # bytes from the frame to that tag, by version, channels and protection

Content = bytes | mmap.mmap


def count_streams(path: bytes, size: int, file_format: str) -> int:
    """Count the streams that follow each other in a file of `size` bytes, where its format allows several."""
    count = {"OGG": _count_ogg, "FLAC": _count_flac, "MP3": _count_mp3, "MPEG": _count_mp3}.get(file_format)
    if count is None:
        return 1
    with open(path, "rb", buffering=0) as file:
        return count(file.read() if size <= READ_BYTES else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _count_ogg(content: Content) -> int:
    """Count the chained streams of an Ogg file (RFC 3533).

    Multiplexed streams begin with one page each before any other page, and count as one.
    """
    links, end = 0, -1
    for page in _FIRST_PAGE.finditer(content):
        links += page.start() != end
        lengths = content[page.start() + 26 : page.start() + 27 + 255]
        end = page.start() + 27 + lengths[0] + sum(lengths[1 : 1 + lengths[0]]) if lengths else -1
    return links


def _count_flac(content: Content) -> int:
    return sum(1 for _ in _STREAM_INFO.finditer(content))


def _count_mp3(content: Content) -> int:
    """Count the streams that declare their length and begin after the end of the one before."""
    count, end = 0, 0
    for start, length in _declared_lengths(content):
        if start >= end:
            count, end = count + 1, start + length
    return count


def _declared_lengths(content: Content) -> Iterator[tuple[int, int]]:
    """Find where MP3 streams begin, and their declared lengths in bytes; without one, to the end of the file."""
    for tag in _LENGTH_TAG.finditer(content):
        starts = (tag.start() - offset for offset in _TAG_OFFSETS)
        start = next((position for position in starts if _is_frame(content, position)), None)
        if start is None:
            continue
        flags = int.from_bytes(content[tag.end() : tag.end() + 4], "big")
        position = tag.end() + (8 if flags & 1 else 4)
        yield start, int.from_bytes(content[position : position + 4], "big") if flags & 2 else len(content)


def _is_frame(content: Content, start: int) -> bool:
    return start >= 0 and _MPEG_SYNC.match(content, start) is not None
