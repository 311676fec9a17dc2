"""How many samples a FLAC stream holds whose header does not say, as encoders that write to a pipe leave it.

The last frame tells: its header says where it begins and how many samples it has (RFC 9639, 9.1).
"""

import os
import re

WINDOW = 1 << 18  # bytes at the end of the file in which the last frame begins
_INFO = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22(.{34})", re.DOTALL)  # the block STREAMINFO
_SYNC = re.compile(rb"\xff[\xf8\xf9]")
_BLOCKS = {1: 192, **{code: 144 << code for code in range(2, 6)}, **{code: 1 << code for code in range(8, 16)}}


def corrected(number: int, head: bytes, size: int) -> dict[int, bytes]:
    """Give the bytes to read instead, by position, for the count of samples of an open FLAC file that has none."""
    start = _after_tag(head)
    info = _INFO.match(head if not start else os.pread(number, 64, start))
    if info is None or int.from_bytes(info[1][13:18], "big") & ((1 << 36) - 1):
        return {}
    end = os.pread(number, WINDOW, max(size - WINDOW, 0))
    count = _samples_until(end, int.from_bytes(info[1][2:4], "big"))
    high = info[1][13] & 0xF0 | count >> 32 & 0x0F
    return {start + info.start(1) + 13: bytes([high]) + (count & 0xFFFFFFFF).to_bytes(4, "big")} if count else {}


def _after_tag(head: bytes) -> int:
    """Say where the file begins behind an ID3 tag, which some programs write before a FLAC stream."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _samples_until(end: bytes, block: int) -> int:
    """Say with which sample the last whole frame of a stream ends; 0 if there is none. `block` is in samples.

    A frame that ends where the file ends is surely one; where other bytes follow, what looks like its header is enough.
    """
    found = [(place.start(), _ends_at(end[place.start() :], block)) for place in _SYNC.finditer(end)]
    frames = [(place, count) for place, count in reversed(found) if count]
    sure = (count for place, count in frames if _check(end[place:], 16, 0x8005) == 0)
    return next(sure, frames[0][1] if frames else 0)


def _ends_at(frame: bytes, block: int) -> int:
    """Say with which sample a frame ends, by its header; 0 if these bytes are none."""
    coded = _number(frame[4:11])
    if coded is None or len(frame) < 16:
        return 0
    place, code, rate = 4 + coded[1], frame[2] >> 4, frame[2] & 15
    more = {6: 1, 7: 2}.get(code, 0)
    length = int.from_bytes(frame[place : place + more], "big") + 1 if more else _BLOCKS.get(code, 0)
    place += more + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if _check(frame[: place + 1], 8, 0x07):
        return 0
    return coded[0] * (1 if frame[1] & 1 else block) + length  # numbers are of samples, or of blocks of one size


def _number(coded: bytes) -> tuple[int, int] | None:
    """Read a number that is written as UTF-8 writes a letter, and how many bytes it takes."""
    if not coded:
        return None
    if coded[0] < 0x80:
        return coded[0], 1
    length = 8 - (coded[0] ^ 0xFF).bit_length()
    tail = coded[1:length]
    if length < 2 or len(tail) != length - 1 or any(byte >> 6 != 2 for byte in tail):
        return None
    value = coded[0] & (0x7F >> length)
    for byte in tail:
        value = value << 6 | byte & 0x3F
    return value, length


def _check(content: bytes, bits: int, polynomial: int) -> int:
    """Compute the cyclic redundancy check; 0 where `content` ends with its own."""
    top, mask, table = 1 << (bits - 1), (1 << bits) - 1, []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
        table.append(value)
    value = 0
    for byte in content:
        value = (value << 8 & mask) ^ table[value >> (bits - 8) ^ byte]
    return value
