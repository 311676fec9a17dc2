import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.sounds import RATE, noise, tone, write_wav
from waveloom.audio.chained_streams import count_streams
from waveloom.audio.decode import Limits, Rejected, decode
from waveloom.audio.file_signatures import begins_as_sound, is_sound

BEGINNINGS = {
    "M4A": b"\0\0\0\x18ftypM4A \0\0\0\0",
    "MP4": b"\0\0\0\x18ftypisom\0\0\x02\0",
    "QuickTime": b"\0\0\0\x14ftypqt  \0\0\0\0",
    "3GP": b"\0\0\0\x14ftyp3gp4\0\0\0\0",
    "WebM or Matroska": b"\x1a\x45\xdf\xa3",
    "AMR": b"#!AMR\n",
    "WMA": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    "AAC": b"\xff\xf1\x50\x80",
    "AVI": b"RIFF\0\0\0\0AVI LIST",
    "WavPack": b"wvpk",
    "Monkey's Audio": b"MAC \x96\x0f",
}


@pytest.mark.parametrize("name", BEGINNINGS)
@pytest.mark.parametrize("suffix", [".wav", ".bin"])
def test_unsupported_formats_are_rejected_with_their_name_and_a_conversion(tmp_path, name, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(BEGINNINGS[name] + np.random.default_rng(0).bytes(5000))
    with pytest.raises(Rejected, match=f"format: {name}.* is not read; convert it") as caught:
        decode(path, Limits())
    assert "ffmpeg -i IN OUT.flac" in str(caught.value)
    assert begins_as_sound(path)


def test_bytes_that_only_begin_like_an_mp3_are_not_reported_as_a_missing_file(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"\xff\xe4\x22\x79" + np.random.default_rng(1).bytes(5000))
    with pytest.raises(Rejected, match=r"unreadable: Format not recognised\."):
        decode(tmp_path / "a.wav", Limits())


def test_a_git_lfs_pointer_is_rejected_with_the_command_to_fetch_the_sound(tmp_path):
    (tmp_path / "a.wav").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(Rejected, match="git lfs pull"):
        decode(tmp_path / "a.wav", Limits())


@pytest.mark.parametrize("form", ["WAV", "RF64", "W64", "FLAC", "OGG", "MP3", "AIFF", "AU", "CAF", "NIST"])
def test_every_format_that_is_read_is_recognised_by_its_first_bytes(tmp_path, form):
    soundfile.write(tmp_path / "a", tone(440), RATE, format=form)
    assert begins_as_sound(tmp_path / "a")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, world",
        b"\xff\xfeh\0i\0",
        b"\xef\xbb\xbffile,label\n",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"GIF89a",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\0\0\0\x18ftypheic\0\0\0\0",
        b"{}",
        b"\x93NUMPY",
    ],
)
def test_texts_and_pictures_are_no_sounds(content):
    assert not is_sound(content)


def test_pipes_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert not begins_as_sound(tmp_path / "pipe")


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_chained_ogg_streams_are_rejected_and_a_single_stream_is_read(tmp_path, subtype):
    for number in range(3):
        soundfile.write(tmp_path / f"{number}.ogg", noise(0.5, 48_000, seed=number), 48_000, subtype, format="OGG")
    parts = [(tmp_path / f"{number}.ogg").read_bytes() for number in range(3)]
    (tmp_path / "chained.ogg").write_bytes(b"".join(parts))
    with pytest.raises(Rejected, match="chained: 3 Ogg streams in one file; join them"):
        decode(tmp_path / "chained.ogg", Limits())
    assert decode(tmp_path / "0.ogg", Limits()).seconds == pytest.approx(0.5, abs=0.01)


def joined(folder: Path, form: str, count: int) -> Path:
    """Concatenated copies of one file, each of which declares its length."""
    path = folder / f"{count}.{form.lower()}"
    soundfile.write(path, noise(0.5, 48_000), 48_000, format=form)
    path.write_bytes(path.read_bytes() * count)
    return path


@pytest.mark.parametrize("form", ["FLAC", "MP3"])
def test_concatenated_files_of_other_formats_are_rejected_too(tmp_path, form):
    with pytest.raises(Rejected, match=f"chained: 3 {form} streams in one file; join them"):
        decode(joined(tmp_path, form, 3), Limits())
    assert decode(joined(tmp_path, form, 1), Limits()).seconds == pytest.approx(0.5, abs=0.01)


def test_a_length_tag_within_an_mp3_stream_is_no_second_stream(tmp_path):
    path = joined(tmp_path, "MP3", 2)
    content = bytearray(path.read_bytes())
    place = content.index(b"Info") + 12 if b"Info" in content else content.index(b"Xing") + 12
    content[place : place + 4] = len(content).to_bytes(4, "big")
    path.write_bytes(content)
    assert count_streams(os.fsencode(path), len(content), "MP3") == 1


def test_the_suffix_of_a_file_does_not_matter(tmp_path):
    assert decode(write_wav(tmp_path / "a.wav", tone(440)).rename(tmp_path / "no_suffix"), Limits()).seconds == 1
