"""The files of a collection by name, be they in a folder or in an unpacked archive."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from waveloom.config.errors import InputError
from waveloom.ingest.corpora._sound_suffixes import READ


class Sound(NamedTuple):
    """A file: its name below the root, with slashes; its path on disk; and the reason if it must not be opened."""

    name: str
    path: Path
    reason: str = ""


class Tree(Protocol):
    """A root with files below it."""

    where: str  # for messages

    def sounds(self) -> Iterator[Sound]:
        """Find the visible sound files by name: first those of a folder itself, then those of its sub-folders."""

    def find(self, name: str) -> Sound:
        """Find a file by the name that a table gives; the file need not exist."""

    def text_files(self, pattern: str) -> list[Path]:
        """Find files by name, in which * stands for any part of a folder's or file's name."""


def sounds_in(tree: Tree) -> Iterator[Sound]:
    """Find the sound files; InputError if there are none."""
    sounds = tree.sounds()
    first = next(sounds, None)
    if first is None:
        raise InputError(f"{tree.where} holds no sound files ({', '.join(sorted(READ))}); name another folder.")
    yield first
    yield from sounds


def text_file(tree: Tree, name: str, option: str) -> Path:
    """Find the one file that an option names; InputError if there is none."""
    paths = tree.text_files(name)
    if not paths:
        raise InputError(
            f"ingest.options.{option}: there is no {name} below {tree.where}. Set it and root to where your copy lies."
        )
    return paths[0]
