import numpy as np
import pytest
import soundfile

from tests.sounds import RATE, noise
from waveloom.audio.decode import Limits, Rejected, decode, probe


def streamed(path, sound: np.ndarray, rate: int = RATE, subtype: str = "PCM_16") -> bytearray:
    """A FLAC file whose header does not declare the number of samples, as encoders that write to a pipe leave it."""
    soundfile.write(path, sound, rate, subtype, format="FLAC")
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    path.write_bytes(content)
    return content


@pytest.mark.parametrize("frames", [4096, 8000, 16 * 4096, 700_001])
@pytest.mark.parametrize(
    ("rate", "subtype", "channels"), [(RATE, "PCM_16", 1), (44_100, "PCM_24", 2), (11_999, "PCM_16", 3)]
)
def test_a_flac_of_unknown_length_is_read_to_its_end(tmp_path, frames, rate, subtype, channels):
    sound = np.stack([noise(frames / rate, rate, seed=number) for number in range(channels)], axis=1)
    streamed(tmp_path / "a", sound, rate, subtype)
    assert probe(tmp_path / "a") == (rate, channels, frames)
    np.testing.assert_allclose(decode(tmp_path / "a", Limits()).samples, sound.mean(axis=1), atol=1e-4)


def test_a_tag_after_a_flac_of_unknown_length_changes_nothing(tmp_path):
    content = streamed(tmp_path / "a", noise(1))
    (tmp_path / "a").write_bytes(content + b"TAG" + bytes(125))
    assert len(decode(tmp_path / "a", Limits()).samples) == RATE


@pytest.mark.parametrize("size", [100, 9000])
def test_a_tag_before_a_flac_of_unknown_length_changes_nothing(tmp_path, size):
    content = streamed(tmp_path / "a", noise(1))
    tag = b"ID3\x03\0\0\0\0" + bytes([size >> 7, size & 127]) + bytes(size)
    (tmp_path / "a").write_bytes(tag + content)
    assert len(decode(tmp_path / "a", Limits()).samples) == RATE


def test_a_truncated_flac_of_unknown_length_is_rejected(tmp_path):
    content = streamed(tmp_path / "a", noise(1))
    (tmp_path / "a").write_bytes(content[: len(content) * 6 // 10])
    with pytest.raises(Rejected, match=r"truncated|unreadable"):
        decode(tmp_path / "a", Limits())


def test_a_flac_of_unknown_length_without_a_frame_is_rejected(tmp_path):
    content = streamed(tmp_path / "a", noise(1))
    (tmp_path / "a").write_bytes(content[:60])
    with pytest.raises(Rejected, match=r"empty|unreadable"):
        decode(tmp_path / "a", Limits())
