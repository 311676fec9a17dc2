"""Number of samples of a FLAC stream whose header lacks the sample count, as when an encoder wrote to a pipe.

The count is computed from the header of the last frame, which has the frame's position and length (RFC 9639, 9.1).
"""

import os
import re

END_BYTES = 1 << 18  # searched at the end of the file for the last frame
_STREAM_INFO = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22(.{34})", re.DOTALL)  # the metadata block STREAMINFO
_SYNC = re.compile(rb"\xff[\xf8\xf9]")  # start of a frame header
_BLOCK_SIZES = {1: 192, **{code: 144 << code for code in range(2, 6)}, **{code: 1 << code for code in range(8, 16)}}


def length_patches(descriptor: int, head: bytes, size: int) -> dict[int, bytes]:
    """Return {position: bytes} that set the sample count in the header of an open FLAC file, unless it has one."""
    start = _stream_start(head)
    info = _STREAM_INFO.match(head if not start else os.pread(descriptor, 64, start))
    if info is None or int.from_bytes(info[1][13:18], "big") & ((1 << 36) - 1):
        return {}
    end = os.pread(descriptor, END_BYTES, max(size - END_BYTES, 0))
    count = _last_sample(end, int.from_bytes(info[1][2:4], "big"))
    high = info[1][13] & 0xF0 | count >> 32 & 0x0F
    return {start + info.start(1) + 13: bytes([high]) + (count & 0xFFFFFFFF).to_bytes(4, "big")} if count else {}


def _stream_start(head: bytes) -> int:
    """Return the position of the stream, after the ID3 tag that some programs write before it."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _last_sample(end: bytes, block: int) -> int:
    """Return the number of the last sample of the last whole frame; 0 if there is none. `block` is in samples.

    Bytes that look like a frame header are verified by the checksum (CRC-16) of the frame up to the end of the file. If
    no checksum matches, because other bytes follow the stream, the last bytes that look like a frame header are used.
    """
    ends = [(match.start(), _end_sample(end[match.start() :], block)) for match in _SYNC.finditer(end)]
    frames = [(position, count) for position, count in reversed(ends) if count]
    verified = (count for position, count in frames if _crc(end[position:], 16, 0x8005) == 0)
    return next(verified, frames[0][1] if frames else 0)


def _end_sample(frame: bytes, block: int) -> int:
    """Return the number of a frame's last sample from its header; 0 if these bytes are no frame header."""
    coded = _coded_number(frame[4:11])
    if coded is None or len(frame) < 16:
        return 0
    position, code, rate = 4 + coded[1], frame[2] >> 4, frame[2] & 15
    more = {6: 1, 7: 2}.get(code, 0)  # bytes of an explicit block size
    length = int.from_bytes(frame[position : position + more], "big") + 1 if more else _BLOCK_SIZES.get(code, 0)
    position += more + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if _crc(frame[: position + 1], 8, 0x07):
        return 0
    unit = 1 if frame[1] & 1 else block  # the coded number counts samples, or blocks of equal size
    return coded[0] * unit + length


def _coded_number(coded: bytes) -> tuple[int, int] | None:
    """Decode a number in the variable-length code of UTF-8: the number, and how many bytes it takes."""
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


def _crc(content: bytes, bits: int, polynomial: int) -> int:
    """Compute the cyclic redundancy check; 0 if `content` ends with its own checksum."""
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
