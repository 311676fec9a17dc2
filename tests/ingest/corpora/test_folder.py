import os

import pytest

from tests.sounds import tone, write_wav
from waveloom.config.errors import InputError
from waveloom.ingest.corpora.folder import Config, recordings


def fill(base, *names):
    for name in names:
        (base / "sounds" / name).parent.mkdir(parents=True, exist_ok=True)
        (base / "sounds" / name).touch()


def found(base, **options):
    return list(recordings(Config(root="sounds", **options), base))


def test_the_first_folder_is_the_label_at_any_depth(tmp_path):
    fill(tmp_path, "dog/a.wav", "dog/park/day/b.FLAC", "cat/c.mp3")
    assert [(r.name, r.label) for r in found(tmp_path)] == [
        ("cat/c.mp3", "cat"),
        ("dog/a.wav", "dog"),
        ("dog/park/day/b.FLAC", "dog"),
    ]


def test_files_of_one_folder_can_form_a_group(tmp_path):
    fill(tmp_path, "dog/rex/1.wav", "dog/rex/2.wav", "dog/fido/1.wav")
    assert [r.group for r in found(tmp_path, group="folder")] == ["dog/fido", "dog/rex", "dog/rex"]
    assert len({r.group for r in found(tmp_path)}) == 3


def test_hidden_and_other_files_are_no_recordings(tmp_path):
    fill(tmp_path, "dog/a.wav", "dog/._a.wav", ".trash/b.wav", "dog/readme.txt", "list.csv")
    assert [r.name for r in found(tmp_path)] == ["dog/a.wav"]


def test_a_sound_in_an_unsupported_format_has_a_row(tmp_path):
    fill(tmp_path, "dog/a.m4a")
    assert [r.name for r in found(tmp_path)] == ["dog/a.m4a"]


@pytest.mark.parametrize(
    "suffix", [*["mp4", "webm", "mov", "mkv", "3gp", "amr", "wma", "aac", "m4a", "mp2", "snd", "bwf", "voc"]]
)
def test_sounds_and_videos_of_every_suffix_are_recordings(tmp_path, suffix):
    fill(tmp_path, f"dog/a.{suffix}", f"dog/b.{suffix.upper()}")
    assert [r.name for r in found(tmp_path)] == [f"dog/a.{suffix}", f"dog/b.{suffix.upper()}"]


@pytest.mark.parametrize("name", ["take", "take.1", "take.wav.bak", "take.dat"])
def test_a_sound_is_a_recording_with_any_name(tmp_path, name):
    fill(tmp_path, "dog/a.wav", "dog/notes.dat", "dog/notes")
    write_wav(tmp_path / "sounds/dog/b.wav", tone(440)).rename(tmp_path / "sounds/dog" / name)
    assert [r.name for r in found(tmp_path)] == ["dog/a.wav", f"dog/{name}"]


def test_files_that_are_no_sounds_are_counted_in_the_log(tmp_path, caplog):
    fill(tmp_path, "dog/a.wav", "dog/a.txt", "dog/b.txt", "LICENSE", ".hidden")
    with caplog.at_level("INFO"):
        assert len(found(tmp_path)) == 1
    assert "3 files are no sounds and have no row: .txt 2, no suffix 1" in caplog.text


def test_a_video_outside_the_class_folders_has_a_row(tmp_path):
    fill(tmp_path, "dog/a.wav", "about.mp4")
    assert {r.name: r.label for r in found(tmp_path)} == {"about.mp4": "", "dog/a.wav": "dog"}


def test_a_folder_without_classes_has_no_labels(tmp_path):
    fill(tmp_path, "b.wav", "a.wav")
    assert [(r.name, r.label) for r in found(tmp_path)] == [("a.wav", ""), ("b.wav", "")]


def test_a_sound_outside_the_class_folders_is_rejected(tmp_path):
    fill(tmp_path, "dog/a.wav", "dog/b.wav", "stray.wav")
    reasons = {r.name: r.reason.partition(":")[0] for r in found(tmp_path)}
    assert reasons == {"dog/a.wav": "", "dog/b.wav": "", "stray.wav": "no label"}


def test_if_half_of_the_sounds_are_in_no_folder_folders_are_no_classes(tmp_path, caplog):
    fill(tmp_path, "old/a.wav", "b.wav")
    assert [(r.name, r.label, r.reason) for r in found(tmp_path)] == [("b.wav", "", ""), ("old/a.wav", "", "")]
    assert "1 of 2 sounds" in caplog.text


def test_a_class_has_one_unicode_spelling(tmp_path):
    fill(tmp_path, "cafe\u0301/a.wav")
    assert found(tmp_path)[0].label == "caf\u00e9"


@pytest.mark.parametrize("link", ["dog/out.wav", "out"])
def test_a_link_out_of_the_folder_is_rejected(tmp_path, link):
    fill(tmp_path, "dog/a.wav")
    (tmp_path / "secret").mkdir()
    os.symlink(tmp_path / "secret", tmp_path / "sounds" / link)
    assert {r.name: r.reason for r in found(tmp_path)} == {"dog/a.wav": "", link: "link: it leads out of sounds"}


@pytest.mark.parametrize("cache", [".dvc/cache/files/md5", "shared/files/md5", "old/.dvc/cache"])
def test_a_link_into_a_dvc_cache_is_followed(tmp_path, cache):
    fill(tmp_path, "dog/a.wav")
    stored = tmp_path / cache / "0f" / ("e" * 30)
    stored.parent.mkdir(parents=True)
    (tmp_path / "sounds/dog/a.wav").rename(stored)
    os.symlink(stored, tmp_path / "sounds/dog/a.wav")
    assert {r.name: r.reason for r in found(tmp_path)} == {"dog/a.wav": ""}


def test_a_folder_named_like_a_dvc_file_is_not_followed(tmp_path):
    fill(tmp_path, "dog/a.wav")
    (tmp_path / "cache/0f" / ("e" * 30)).mkdir(parents=True)
    os.symlink(tmp_path / "cache/0f" / ("e" * 30), tmp_path / "sounds/cat")
    assert [r.reason for r in found(tmp_path) if r.name == "cat"] == ["link: it leads out of sounds"]


def test_a_cycle_of_links_is_rejected(tmp_path):
    fill(tmp_path, "dog/a.wav")
    os.symlink(tmp_path / "sounds/dog/c.wav", tmp_path / "sounds/dog/b.wav")
    os.symlink(tmp_path / "sounds/dog/b.wav", tmp_path / "sounds/dog/c.wav")
    assert [r.name for r in found(tmp_path) if r.reason] == ["dog/b.wav", "dog/c.wav"]


def test_a_linked_folder_inside_is_read_once(tmp_path):
    fill(tmp_path, "dog/a.wav")
    os.symlink(tmp_path / "sounds/dog", tmp_path / "sounds/hound")
    os.symlink(tmp_path / "sounds/dog/a.wav", tmp_path / "sounds/dog/b.wav")
    assert [r.name for r in found(tmp_path)] == ["dog/a.wav", "dog/b.wav"]


def test_a_missing_or_empty_folder_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"'sounds'; there is no such folder"):
        found(tmp_path)
    (tmp_path / "sounds").mkdir()
    with pytest.raises(InputError, match="holds no sound files"):
        found(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_without_read_permission_has_a_row(tmp_path):
    fill(tmp_path, "dog/a.wav", "cat/b.wav")
    (tmp_path / "sounds/cat").chmod(0)
    assert {r.name: r.reason for r in found(tmp_path)} == {"dog/a.wav": "", "cat": "unreadable: Permission denied"}
    (tmp_path / "sounds/cat").chmod(0o700)
