"""Reads sound files below a folder, with one sub-folder per class."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._domains import check_no_empty_domain, checked_domains
from waveloom.ingest.corpora._folder_layout import Layout, detect_layout
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._sound_suffixes import is_unread
from waveloom.ingest.corpora._tree import Tree, sounds_in

log = logging.getLogger(__name__)

WAY_OUT = "Put the sounds of each domain into a folder of its own below the root."
UNLABELLED = "no label: it is outside the class folders; move it into one of them"


@checked_dataclass
class Config:
    """Where the sounds are, and what `group` must not be divided between splits: the files of a folder, or nothing.

    With `classes: auto`, outer folders that only hold the class folders are skipped, and folders named train, valid,
    test are splits; with `first`, the first folder below the root is always the class.

    With `domains: folder` the class folder is the domain of its sounds, and their label. With `pairs: stem` files of
    equal path below their domain folders, apart from the suffix, are a pair; a file without a counterpart is rejected.
    """

    root: str = "data/00_external"
    classes: Literal["auto", "first"] = "auto"
    group: Literal["file", "folder"] = "file"
    domains: Literal["none", "folder"] = "none"
    pairs: Literal["none", "stem"] = "none"
    licence: str = ""
    attribution: str = ""

    def __post_init__(self) -> None:
        """Check that pairs have domains."""
        if self.pairs != "none" and self.domains == "none":
            raise InputError(
                f"ingest.options.pairs is {self.pairs}, but ingest.options.domains is none, and a pair is the same "
                "music in two domains. Set domains to folder."
            )


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Read the files below `root`, sorted; the class folder is the label of all files below it, at any depth."""
    folder = Folder.of(config.root, base)
    found = found_in(folder, config)
    return check_no_empty_domain(found, folder.subfolders(), folder.where) if config.domains == "folder" else found


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Read the files of any tree in the same way.

    Sounds outside the class folders are rejected; if they are half of all sounds or more, folders do not count as
    classes, and no sound has a label.
    """
    found = _labelled(tree, config)
    return checked_domains(found, tree.where, WAY_OUT) if config.domains == "folder" else found


def _labelled(tree: Tree, config: Config) -> Iterator[Recording]:
    sounds = list(sounds_in(tree))
    layout, unlabelled = _classes(
        [s.name for s in sounds if not s.reason and not is_unread(s.name)], config, tree.where
    )
    for sound in sounds:
        pair = layout.name_in_class(sound.name) if config.pairs == "stem" else ""
        yield Recording(
            name=sound.name,
            path=sound.path,
            label=layout.label(sound.name),
            domain=layout.label(sound.name) if config.domains == "folder" else "",
            pair=pair,
            group=sound.name.rpartition("/")[0] if config.group == "folder" else pair or sound.name,
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
