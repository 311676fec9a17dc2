"""Metadata of a SoundFont (SoundFont 2.04, section 5)."""

import struct

PRESET = 38  # bytes of a preset header


def soundfont_info(font: bytes) -> dict[str, str]:
    """Read the texts of the INFO list: INAM name, IENG makers, ICOP copyright, ICMT comment; empty if there is none."""
    start = font.find(b"LIST", 12)
    if font[:4] != b"RIFF" or start < 0 or font[start + 8 : start + 12] != b"INFO":
        return {}
    end = start + 8 + _size(font, start)
    info, at = {}, start + 12
    while at + 8 <= end:
        size = _size(font, at)
        info[font[at : at + 4].decode("latin-1")] = (
            font[at + 8 : at + 8 + size].split(b"\0")[0].decode("latin-1").strip()
        )
        at += 8 + size + size % 2
    return info


def soundfont_presets(font: bytes) -> dict[tuple[int, int], str]:
    """Read the names of the presets: {(bank, program): name}; drum kits are in bank 128 (section 7.2).

    Empty if the font has no preset headers.
    """
    start = font.find(b"pdtaphdr") + 4  # the first chunk of the list pdta
    if start < 4:
        return {}
    count = _size(font, start) // PRESET - 1  # the last header only marks the end
    headers = struct.iter_unpack("<20sHH14x", font[start + 8 : start + 8 + count * PRESET])
    names = {(bank, program): name.split(b"\0")[0].decode("latin-1").strip() for name, program, bank in headers}
    return dict(sorted(names.items()))


def _size(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at + 4)[0])
