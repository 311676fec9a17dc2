"""Reads sound files below a folder, with metadata from their names by a regular expression."""

from collections.abc import Iterator
from pathlib import Path

from waveloom.config.checked import checked_dataclass
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._name_pattern import NamePattern, name_reader
from waveloom.ingest.corpora._row_templates import select_labels
from waveloom.ingest.corpora._tree import Tree, sounds_in


@checked_dataclass
class Config(NamePattern):
    """`pattern` must match the whole name below `root`; its named groups are the columns of the templates."""


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Read the files below `root`, sorted; a sound whose name does not match is rejected."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Read the files of any tree in the same way."""
    read = name_reader(tree, config)
    return select_labels(config, (read(sound) for sound in sounds_in(tree)))
