"""Detection of class folders and split folders."""

import shutil
from pathlib import Path

import pytest

from tests.ingest.corpora.test_folder import fill
from waveloom.ingest.corpora import archive
from waveloom.ingest.corpora.folder import Config, recordings

TREES = {
    "classes": (["dog/a.wav", "cat/b.wav"], {"dog": "", "cat": ""}),
    "in one folder": (["set/dog/a.wav", "set/cat/b.wav"], {"dog": "", "cat": ""}),
    "in folders in folders": (["x/y/z/dog/a.wav", "x/y/z/cat/deep/b.wav"], {"dog": "", "cat": ""}),
    "one class": (["dog/a.wav", "dog/b.wav"], {"dog": ""}),
    "one class with a folder in it": (["dog/a.wav", "dog/park/b.wav"], {"dog": ""}),
    "one class, deep": (["set/dog/a.wav", "set/dog/b.wav"], {"set": ""}),
    "splits": (
        ["train/dog/a.wav", "train/cat/b.wav", "valid/dog/c.wav", "test/cat/d.wav"],
        {"dog": "train", "cat": "train", "dog ": "validation", "cat ": "test"},
    ),
    "splits in one folder": (["set/Training/dog/a.wav", "set/Testing/cat/b.wav"], {"dog": "train", "cat": "test"}),
    "splits below the classes": (["dog/train/a.wav", "cat/val/b.wav"], {"dog": "train", "cat": "validation"}),
    "one split": (["train/dog/a.wav", "train/cat/b.wav"], {"dog": "", "cat": ""}),
    "no training split": (["dev/dog/a.wav", "eval/cat/b.wav"], {"dev": "", "eval": ""}),
    "a class called train": (["train/a.wav", "bus/b.wav"], {"train": "", "bus": ""}),
}


def pairs(found) -> set[tuple[str, str]]:
    return {(recording.label, recording.split) for recording in found}


@pytest.mark.parametrize("tree", TREES)
def test_a_folder_and_an_archive_of_it_have_the_same_classes_and_splits(tmp_path, tree):
    names, expected = TREES[tree]
    fill(tmp_path, *names)
    for path in (tmp_path / "sounds").rglob("*.wav"):
        path.write_text(path.name)
    plain = list(recordings(Config(root="sounds"), tmp_path))
    assert pairs(plain) == {(label.strip(), split) for label, split in expected.items()}
    assert [recording.name for recording in plain] == sorted(names)
    shutil.make_archive(str(tmp_path / "sounds"), "zip", tmp_path / "sounds")
    packed = archive.recordings(archive.Config(file="sounds.zip", store="store"), tmp_path)
    assert pairs(packed) == pairs(plain)


def test_folders_named_train_and_test_without_sub_folders_are_splits_of_unlabelled_sounds(tmp_path):
    fill(tmp_path, "train/a.wav", "test/b.wav")
    assert pairs(recordings(Config(root="sounds"), tmp_path)) == {("", "train"), ("", "test")}


def test_the_first_folder_is_the_class_if_configured(tmp_path):
    fill(tmp_path, "train/dog/a.wav", "test/dog/b.wav")
    assert pairs(recordings(Config(root="sounds", classes="first"), tmp_path)) == {("train", ""), ("test", "")}


def test_a_sound_outside_the_class_folders_of_a_split_is_rejected(tmp_path):
    fill(tmp_path, "train/dog/a.wav", "train/dog/c.wav", "test/b.wav")
    rejected = [r for r in recordings(Config(root="sounds"), tmp_path) if r.reason]
    assert [(r.name, r.reason.partition(":")[0]) for r in rejected] == [("test/b.wav", "no label")]


def test_rejected_sounds_do_not_count_for_the_layout(tmp_path):
    fill(tmp_path, "set/dog/a.wav", "set/cat/b.wav")
    Path(tmp_path / "sounds/out.wav").symlink_to("/etc/hostname")
    assert {r.label for r in recordings(Config(root="sounds"), tmp_path) if not r.reason} == {"dog", "cat"}
