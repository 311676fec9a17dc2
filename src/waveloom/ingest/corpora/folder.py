"""Reads sound files below a folder, with one sub-folder per class."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from waveloom.config.checked import checked_dataclass
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._folder_layout import Layout, detect_layout
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._sound_suffixes import is_unread
from waveloom.ingest.corpora._tree import Tree, sounds_in

log = logging.getLogger(__name__)

UNLABELLED = "no label: it is outside the class folders; move it into one of them"


@checked_dataclass
class Config:
    """Where the sounds are, and what `group` must not be divided between splits: the files of a folder, or nothing.

    With `classes: auto`, outer folders that only hold the class folders are skipped, and folders named train, valid,
    test are splits; with `first`, the first folder below the root is always the class.
    """

    root: str = "data/00_external"
    classes: Literal["auto", "first"] = "auto"
    group: Literal["file", "folder"] = "file"
    licence: str = ""
    attribution: str = ""


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Read the files below `root`, sorted; the class folder is the label of all files below it, at any depth."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Read the files of any tree in the same way.

    Sounds outside the class folders are rejected; if they are half of all sounds or more, folders do not count as
    classes, and no sound has a label.
    """
    sounds = list(sounds_in(tree))
    layout, unlabelled = _classes(
        [s.name for s in sounds if not s.reason and not is_unread(s.name)], config, tree.where
    )
    for sound in sounds:
        yield Recording(
            name=sound.name,
            path=sound.path,
            label=layout.label(sound.name),
            group=sound.name.rpartition("/")[0] if config.group == "folder" else sound.name,
            split=layout.split(sound.name),
            licence=config.licence,
            attribution=config.attribution,
            reason=sound.reason or (UNLABELLED if sound.name in unlabelled else ""),
        )


def _classes(names: list[str], config: Config, where: str) -> tuple[Layout, set[str]]:
    """Detect the layout from the names of readable sounds, and the names outside its class folders."""
    layout = detect_layout(names) if config.classes == "auto" else Layout()
    outside = {name for name in names if not layout.label(name)}
    if not outside or len(outside) == len(names):
        return layout, set()
    if 2 * len(outside) < len(names):
        return layout, outside
    log.warning(
        "%d of %d sounds in %s are in no sub-folder, so folders are not used as classes and no sound has a label.",
        *(len(outside), len(names), where),
    )
    return replace(layout, label_at=None), set()
