"""Other formats, forged or damaged."""

import struct

import numpy as np

from tests.hostile import file_case
from tests.hostile.sounds import cut, patched, silence, valid

UNREADABLE, ANY = "rejected: unreadable: .+", "rejected: .+|accepted"
FLAC, OGG, MP3, AIFF, AU = (valid(form) for form in ("FLAC", "OGG", "MP3", "AIFF", "AU"))
OPUS = valid("OGG", "OPUS")
NOISE = np.random.default_rng(0).bytes(100_000)


def _flac_frames(claimed: int) -> bytes:
    """Forge STREAMINFO's 36 bits of total samples (RFC 9639, 8.2)."""
    return patched(patched(FLAC, 21, bytes([FLAC[21] & 0xF0 | claimed >> 32])), 22, struct.pack(">I", claimed % 2**32))


CASES = [
    file_case("no byte at all", "a.wav", b"", "rejected: empty"),
    file_case("one byte", "a.wav", b"R", UNREADABLE),
    file_case("a text", "a.wav", b"not a sound\n" * 100, UNREADABLE),
    file_case("a web page named .mp3", "a.mp3", b"<!DOCTYPE html><html><body>404</body></html>", UNREADABLE),
    file_case("a picture named .wav", "a.wav", b"\x89PNG\r\n\x1a\n" + bytes(1000), UNREADABLE),
    file_case("a program named .flac", "a.flac", b"\x7fELF" + bytes(5000), UNREADABLE),
    file_case("a megabyte of zeros", "a.mp3", bytes(1_000_000), UNREADABLE),
    file_case("noise named .wav", "a.wav", NOISE, UNREADABLE),
    file_case("noise named .raw, which has no header", "a.raw", NOISE, UNREADABLE),
    file_case("noise named .ogg", "a.ogg", b"OggS" + NOISE, UNREADABLE),
    file_case("a zip bomb named .wav", "a.wav", b"PK\x03\x04" + bytes(1000), UNREADABLE),
    file_case("FLAC: the four bytes fLaC and nothing more", "a.flac", b"fLaC", UNREADABLE),
    file_case("FLAC: claims 6.9e10 samples, 256 GB", "a.flac", _flac_frames(2**36 - 1), "rejected: too long: .+"),
    file_case("FLAC: claims a hundred times what there is", "a.flac", _flac_frames(400_000), "rejected: .+"),
    file_case(
        "FLAC: an hour of silence in 80 KB", "a.flac", lambda: silence(28_800_000), "rejected: too long: 3600 s.+"
    ),
    file_case("FLAC: 2^23 samples of silence in 25 KB", "a.flac", lambda: silence(1 << 22), "rejected: silent"),
    file_case("FLAC: sampling rate 0", "a.flac", patched(FLAC, 18, bytes(2)), "rejected: .+"),
    file_case("FLAC: a metadata block that claims 16 MB", "a.flac", patched(FLAC, 5, b"\xff\xff\xff"), UNREADABLE),
    file_case("FLAC: the last 40 % lost", "a.flac", cut(FLAC, 0.6), UNREADABLE),
    file_case("FLAC: noise in the middle", "a.flac", patched(FLAC, 3000, NOISE[:500]), "rejected: .+"),
    file_case("Ogg Vorbis: the last 40 % lost", "a.ogg", cut(OGG, 0.6), "rejected: .+"),
    file_case("Ogg Vorbis: noise in the middle", "a.ogg", patched(OGG, 3500, NOISE[:500]), ANY),
    file_case(
        "Ogg Vorbis: a page of position 2^62",
        "a.ogg",
        patched(OGG, OGG.rindex(b"OggS") + 6, struct.pack("<q", 2**62)),
        "rejected: .+",
    ),
    file_case(
        "Ogg Vorbis: a page of position -2", "a.ogg", patched(OGG, OGG.rindex(b"OggS") + 6, struct.pack("<q", -2)), ANY
    ),
    file_case("Ogg Vorbis: nothing but page headers", "a.ogg", OGG[:27] * 500, UNREADABLE),
    file_case("Ogg Opus: the last 40 % lost", "a.opus", cut(OPUS, 0.6), "rejected: .+"),
    file_case("Ogg Opus: a gain of 128 dB", "a.opus", patched(OPUS, OPUS.index(b"OpusHead") + 16, b"\xff\x7f"), ANY),
    file_case("MP3: the last 40 % lost", "a.mp3", cut(MP3, 0.6), ANY),
    file_case("MP3: an ID3 tag that claims 256 MB", "a.mp3", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + MP3, UNREADABLE),
    file_case("MP3: nothing but frame headers", "a.mp3", MP3[:4] * 5000, ANY),
    file_case("MP3: noise in the middle", "a.mp3", patched(MP3, 1500, NOISE[:500]), ANY),
    file_case(
        "AIFF: sampling rate is NaN",
        "a.aiff",
        patched(AIFF, AIFF.index(b"COMM") + 16, b"\x7f\xff" + b"\xff" * 8),
        "rejected: .+",
    ),
    file_case("AIFF: no channels", "a.aiff", patched(AIFF, AIFF.index(b"COMM") + 8, b"\0\0"), UNREADABLE),
    file_case("AIFF: claims 4 GB of sound", "a.aiff", patched(AIFF, AIFF.index(b"SSND") + 4, b"\xff\xff\xff\xff"), ANY),
    file_case("AU: data begin beyond the end", "a.au", patched(AU, 4, struct.pack(">I", 2**31)), "rejected: .+"),
    file_case("AU: 2^31 channels", "a.au", patched(AU, 20, struct.pack(">I", 2**31)), UNREADABLE),
    *(
        file_case(
            f"{form}: 32 bytes of its header are ones", f"a.{form.lower()}", patched(valid(form), 12, b"\xff" * 32), ANY
        )
        for form in (
            "AIFF",
            "AU",
            "AVR",
            "CAF",
            "HTK",
            "IRCAM",
            "MAT4",
            "MAT5",
            "MPC2K",
            "NIST",
            "PAF",
            "PVF",
            "SDS",
            "SVX",
            "VOC",
            "W64",
            "WAVEX",
            "WVE",
            "XI",
        )
        if form not in {"WVE", "XI"}
    ),
    *(
        file_case(f"{form}: the last 40 % lost", f"a.{form.lower()}", cut(valid(form), 0.6), ANY)
        for form in ("AIFF", "AU", "AVR", "CAF", "MAT5", "NIST", "PAF", "PVF", "SDS", "SVX", "VOC", "W64")
    ),
]
