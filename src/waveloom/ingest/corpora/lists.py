"""Reads sound files with metadata in their names, and text files that list the files of the splits."""

from collections.abc import Iterator
from dataclasses import field, replace
from pathlib import Path
from typing import Literal

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._name_pattern import NamePattern, name_reader
from waveloom.ingest.corpora._row_templates import select_labels
from waveloom.ingest.corpora._table import read_lines
from waveloom.ingest.corpora._tree import Tree, sounds_in, text_file

Split = Literal["train", "validation", "test"]


def _speech_commands() -> dict[Split, str]:
    return {"validation": "validation_list.txt", "test": "testing_list.txt"}


@checked_dataclass
class Config(NamePattern):
    """Names are read as by the corpus `pattern`; each of `lists` is a text file, relative to `root`, one name a line.

    Without a list for train, files that are in no list are for training; with one, they are rejected.
    """

    lists: dict[Split, str] = field(default_factory=_speech_commands)


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Read the files below `root`, sorted; files that are listed but missing come last."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Read the files of any tree in the same way."""
    return select_labels(config, _with_splits(tree, config))


def _with_splits(tree: Tree, config: Config) -> Iterator[Recording]:
    read, listed = name_reader(tree, config), _listed_splits(tree, config)
    default_split = "" if "train" in config.lists else "train"
    for sound in sounds_in(tree):
        split = listed.pop(sound.name, default_split)
        recording = read(sound)
        yield replace(recording, split=split, reason=recording.reason or ("" if split else "unlisted"))
    for name, split in listed.items():
        yield replace(read(tree.find(name)), split=split)


def _listed_splits(tree: Tree, config: Config) -> dict[str, str]:
    splits: dict[str, str] = {}
    for split, name in config.lists.items():
        for row in read_lines(text_file(tree, name, f"lists.{split}"), name, ["file"]):
            other = splits.setdefault(tree.find(row["file"]).name, split)
            if other != split:
                raise InputError(f"{row['file']} is listed for {other} and for {split}; it can be in one of them.")
    return splits
