"""A folder of sound files, one sub-folder a class."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from waveloom.config.checked import checked_dataclass
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._layout import Layout, layout_of
from waveloom.ingest.corpora._tree import Folder, Tree, is_unread, some

log = logging.getLogger(__name__)

UNLABELLED = "no label: it lies beside the folders that name classes; move it into one of them"


@checked_dataclass
class Config:
    """Where the sounds are; `group` says what must stay together: each file by itself, or the files of one folder.

    With `classes: auto` outer folders that only hold the class folders are skipped, and folders called train, valid,
    test are splits; with `first` the first folder below the root is always the class.
    """

    root: str = "data/00_external"
    classes: Literal["auto", "first"] = "auto"
    group: Literal["file", "folder"] = "file"
    licence: str = ""
    attribution: str = ""


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Walk below `root`, sorted: a folder is the label, however deep below it the file lies."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Do the same in any tree.

    Sounds beside the folders that name classes are rejected; where they are half of all sounds or more, folders name no
    classes, and no sound has a label.
    """
    sounds = list(some(tree))
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
    """Give the layout that the names of readable sounds have, and which of them lie beside its classes."""
    layout = layout_of(names) if config.classes == "auto" else Layout()
    beside = {name for name in names if not layout.label(name)}
    if not beside or len(beside) == len(names):
        return layout, set()
    if 2 * len(beside) < len(names):
        return layout, beside
    log.warning(
        "%d of %d sounds in %s lie beside its folders, so folders are not taken for classes and no sound has a label.",
        *(len(beside), len(names), where),
    )
    return replace(layout, label_at=None), set()
