"""Files that hold several streams one after the other, of which libsndfile reads the first."""

import mmap
import re
from collections.abc import Iterator

AT_ONCE = 1 << 26  # bytes of a file; more are mapped
_FIRST_PAGE = re.compile(rb"OggS\x00[\x02\x03\x06\x07]")
_STREAM_INFO = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")
_LENGTH = re.compile(rb"Xing|Info")  # the first frame of most MP3 files says how long the stream is
_MPEG = re.compile(rb"\xff[\xe2-\xff]")
_SIDE = (13, 21, 36, 15, 23, 38)  # bytes from the frame to that word, by version, channels and protection

Content = bytes | mmap.mmap


def streams(path: bytes, size: int, form: str) -> int:
    """Count the streams that follow each other in a file of `size` bytes, where its format allows that."""
    count = {"OGG": _in_ogg, "FLAC": _in_flac, "MP3": _in_mp3, "MPEG": _in_mp3}.get(form)
    if count is None:
        return 1
    with open(path, "rb", buffering=0) as file:
        return count(file.read() if size <= AT_ONCE else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _in_ogg(content: Content) -> int:
    """Count the links of an Ogg file (RFC 3533).

    Streams that sound at the same time begin with one page each before any other page.
    """
    links, end = 0, -1
    for page in _FIRST_PAGE.finditer(content):
        links += page.start() != end
        lengths = content[page.start() + 26 : page.start() + 27 + 255]
        end = page.start() + 27 + lengths[0] + sum(lengths[1 : 1 + lengths[0]]) if lengths else -1
    return links


def _in_flac(content: Content) -> int:
    return sum(1 for _ in _STREAM_INFO.finditer(content))


def _in_mp3(content: Content) -> int:
    """Count the streams that say how long they are and lie behind the end of the one before."""
    count, end = 0, 0
    for start, length in _declared(content):
        if start >= end:
            count, end = count + 1, start + length
    return count


def _declared(content: Content) -> Iterator[tuple[int, int]]:
    """Find where streams begin, and their lengths in bytes if they say them; else they reach to the end."""
    for word in _LENGTH.finditer(content):
        start = next((word.start() - side for side in _SIDE if _begins(content, word.start() - side)), None)
        if start is None:
            continue
        flags = int.from_bytes(content[word.end() : word.end() + 4], "big")
        place = word.end() + (8 if flags & 1 else 4)
        yield start, int.from_bytes(content[place : place + 4], "big") if flags & 2 else len(content)


def _begins(content: Content, start: int) -> bool:
    return start >= 0 and _MPEG.match(content, start) is not None
