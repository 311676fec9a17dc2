import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.sounds import RATE, tone
from waveloom.audio.decode import Limits, Rejected, decode, probe

SOUND = tone(440, 0.5)
UNKNOWN = {
    "RIFF": [0, 2**32 - 1, 0x7FFFF000, 0x7FFFFFFF, 2**31, 2**32 - 37],
    "SSND": [0, 8, 2**32 - 1, 0x7FFFF000, 2**31],
    "AU": [0, 2**32 - 1, 0x7FFFF000, 2**31],
    "CAF": [2**64 - 1],
    "W64": [0, 2**64 - 1],
    "ds64": [0, 2**64 - 1],
}
FORMATS = [
    ("WAV", "PCM_16", "RIFF"),
    ("WAV", "PCM_24", "RIFF"),
    ("WAV", "FLOAT", "RIFF"),
    ("WAVEX", "PCM_16", "RIFF"),
    ("AIFF", "PCM_16", "SSND"),
    ("AIFF", "PCM_24", "SSND"),
    ("AU", "PCM_16", "AU"),
    ("CAF", "PCM_16", "CAF"),
    ("W64", "PCM_16", "W64"),
    ("RF64", "PCM_24", "ds64"),
]


def written(folder: Path, form: str, subtype: str, sound: np.ndarray = SOUND) -> bytearray:
    path = folder / "whole"
    soundfile.write(path, sound, RATE, subtype, format=form)
    return bytearray(path.read_bytes())


def field(content: bytes, where: str) -> tuple[int, str]:
    """Find the field that declares the size of the samples in bytes, and its format."""
    return {
        "RIFF": lambda: (content.index(b"data") + 4, "<I"),
        "SSND": lambda: (content.index(b"SSND") + 4, ">I"),
        "AU": lambda: (8, ">I"),
        "CAF": lambda: (content.rindex(b"data\0\0") + 4, ">Q"),
        "W64": lambda: (content.index(b"data") + 16, "<Q"),
        "ds64": lambda: (content.index(b"ds64") + 16, "<Q"),
    }[where]()


def read(folder: Path, content: bytes) -> np.ndarray:
    (folder / "a").write_bytes(content)
    assert probe(folder / "a").frames == len(decode(folder / "a", Limits()).samples)
    return decode(folder / "a", Limits()).samples


@pytest.mark.parametrize(
    ("form", "subtype", "where", "size"), [(*rest, size) for rest in FORMATS for size in UNKNOWN[rest[2]]]
)
def test_a_placeholder_size_extends_to_the_end_of_the_file(tmp_path, form, subtype, where, size):
    content = written(tmp_path, form, subtype)
    place, kind = field(content, where)
    struct.pack_into(kind, content, place, size)
    np.testing.assert_allclose(read(tmp_path, content), SOUND, atol=1e-4)


@pytest.mark.parametrize(("form", "subtype", "where"), FORMATS)
@pytest.mark.parametrize("extra", [8, 36, 44])
@pytest.mark.parametrize("frames", [400, 8000])
def test_a_header_counted_as_samples_is_no_truncation_even_in_a_short_file(
    tmp_path, form, subtype, where, extra, frames
):
    content = written(tmp_path, form, subtype, SOUND[:frames])
    place, kind = field(content, where)
    (size,) = struct.unpack_from(kind, content, place)
    if extra > len(content) - size:
        pytest.skip("a header shorter than that")
    struct.pack_into(kind, content, place, size + extra)
    np.testing.assert_allclose(read(tmp_path, content), SOUND[:frames], atol=1e-4)


@pytest.mark.parametrize(("form", "subtype", "where"), FORMATS)
def test_a_file_without_its_last_tenth_is_truncated(tmp_path, form, subtype, where):
    content = written(tmp_path, form, subtype)
    (tmp_path / "a").write_bytes(content[: len(content) * 9 // 10])
    with pytest.raises(Rejected, match=r"^truncated$"):
        decode(tmp_path / "a", Limits())


def test_a_size_of_0_before_other_chunks_only_is_an_empty_file(tmp_path):
    content = written(tmp_path, "WAV", "PCM_16", np.zeros(0))
    (tmp_path / "a").write_bytes(content + b"LIST\x04\0\0\0INFO")
    with pytest.raises(Rejected, match="empty"):
        decode(tmp_path / "a", Limits())


def test_chunks_before_and_after_the_samples_are_not_read_as_samples(tmp_path):
    content = written(tmp_path, "WAV", "PCM_16")
    junk = b"JUNK" + struct.pack("<I", 6000) + bytes(6000)
    found = read(tmp_path, content[:12] + junk + content[12:] + b"LIST\x04\0\0\0INFO")
    np.testing.assert_allclose(found, SOUND, atol=1e-4)


def test_samples_before_their_format_chunk_are_rejected_with_that_reason(tmp_path):
    content = written(tmp_path, "WAV", "PCM_16")
    (tmp_path / "a").write_bytes(content[:12] + content[36:] + content[12:36])
    with pytest.raises(Rejected, match="chunks are out of order"):
        decode(tmp_path / "a", Limits())
