"""Recognition of file formats by their first bytes, and advice for those that libsndfile cannot read."""

import os
import re
import stat
from pathlib import Path

_CONVERT = "convert it, such as by ffmpeg -i IN OUT.flac"
_UNSUPPORTED: tuple[tuple[str, str], ...] = (
    (r"....ftyp(M4A|M4B|M4P)", "M4A (MPEG-4 audio)"),
    (r"....ftypqt", "QuickTime"),
    (r"....ftyp3g", "3GP"),
    (r"....ftyp(?!he|mif1|msf1|avif|crx)", "MP4"),
    (r"....(moov|mdat|wide)", "QuickTime"),
    (r"\x1a\x45\xdf\xa3", "WebM or Matroska"),
    (r"#!AMR", "AMR"),
    (r"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA (Windows Media)"),
    (r"\xff[\xf0\xf1\xf8\xf9]|ADIF", "AAC"),
    (r"RIFF....AVI ", "AVI"),
    (r"FLV\x01", "Flash video"),
    (r"\x00\x00\x01[\xba\xb3]", "MPEG video"),
    (r"\x0b\x77", "AC-3"),
    (r"\x7f\xfe\x80\x01", "DTS"),
    (r"wvpk", "WavPack"),
    (r"MAC ", "Monkey's Audio"),
    (r"TTA1", "True Audio"),
    (r"tBaK", "TAK"),
    (r"MPCK|MP\+", "Musepack"),
    (r"ajkg", "Shorten"),
    (r"\.RMF|\.ra\xfd", "RealAudio"),
    (r"DSD |FRM8", "DSD"),
    (r"OggS.{24}Speex", "Speex"),
    (r"OggS.{24}\x80theora", "Ogg Theora"),
)
_NOT_SOUND = (
    (r"version https://git-lfs", "a Git LFS pointer in place of the sound; fetch it by git lfs pull"),
    (r"MThd", "a MIDI file, which holds notes; ingest.corpus midi plays them"),
    (r"PK\x03\x04|\x1f\x8b|Rar!|7z\xbc\xaf|\xfd7zXZ|BZh", "an archive; unpack it, or see ingest.corpus archive"),
)
_SOUND = (
    r"(RIFF|RIFX|RF64)....WAVE|FORM....AIF[FC]|fLaC|OggS|ID3|caff|\.snd|dns\.|NIST_1A|riff\x2e\x91\xcf\x11"
    r"|\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][\x10-\xef]"  # MPEG audio: sync, version and layer; bit rate
)


def _pattern(text: str) -> re.Pattern[bytes]:
    return re.compile(text.encode("latin-1"), re.DOTALL)


_REASONS = [(_pattern(first), f"format: {name} is not read; {_CONVERT}") for first, name in _UNSUPPORTED]
_REASONS += [(_pattern(first), f"unreadable: it is {text}") for first, text in _NOT_SOUND]
_SOUNDS = [*(first for first, text in _REASONS[: len(_UNSUPPORTED)]), _pattern(_SOUND)]
FIRST_BYTES = 64


def rejection_reason(first: bytes) -> str:
    """Say why a file with these first bytes cannot be read, and what to do; empty for other bytes."""
    return next((text for pattern, text in _REASONS if pattern.match(first)), "")


def is_sound(first: bytes) -> bool:
    """Whether these are the first bytes of a sound or video file, whether libsndfile reads its format or not."""
    return any(pattern.match(first) for pattern in _SOUNDS)


def begins_as_sound(path: str | Path) -> bool:
    """Whether a regular file is a sound or video by its first bytes, whatever its name."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb", buffering=0) as file:
            return is_sound(file.read(FIRST_BYTES))
    except (OSError, ValueError):
        return False
