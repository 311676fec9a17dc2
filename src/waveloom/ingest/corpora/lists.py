"""Sounds whose file names say what they are, and lists that say which of them are for validation and test."""

from collections.abc import Iterator
from dataclasses import field, replace
from pathlib import Path
from typing import Literal

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording, pattern
from waveloom.ingest.corpora._table import read_lines
from waveloom.ingest.corpora._texts import wanted
from waveloom.ingest.corpora._tree import Folder, Tree, some, the_text

Split = Literal["train", "validation", "test"]


def _speech_commands() -> dict[Split, str]:
    return {"validation": "validation_list.txt", "test": "testing_list.txt"}


@checked_dataclass
class Config(pattern.Config):
    """Names are read as by `pattern`; each of `lists` is a text with one file a line, relative to `root`.

    Without a list for train, what no list names is for training; with one, it is refused.
    """

    lists: dict[Split, str] = field(default_factory=_speech_commands)


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Walk below `root`, sorted; then come the files that are listed but not there."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Do the same in any tree."""
    return wanted(config, _divided(tree, config))


def _divided(tree: Tree, config: Config) -> Iterator[Recording]:
    read, listed = pattern.reader(tree, config), _read(tree, config)
    rest = "" if "train" in config.lists else "train"
    for sound in some(tree):
        split = listed.pop(sound.name, rest)
        recording = read(sound)
        yield replace(recording, split=split, reason=recording.reason or ("" if split else "unlisted"))
    for name, split in listed.items():
        yield replace(read(tree.find(name)), split=split)


def _read(tree: Tree, config: Config) -> dict[str, str]:
    listed: dict[str, str] = {}
    for split, name in config.lists.items():
        for row in read_lines(the_text(tree, name, f"lists.{split}"), name, ["file"], "\n", ""):
            other = listed.setdefault(tree.find(row["file"]).name, split)
            if other != split:
                raise InputError(f"{row['file']} is listed for {other} and for {split}; it can be in one of them.")
    return listed
