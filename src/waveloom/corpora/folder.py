"""A folder of sound files, one sub-folder a class."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from waveloom.config import config
from waveloom.corpora import Recording
from waveloom.corpora._tree import Folder, Tree, is_unread, some
from waveloom.errors import InputError


@config
class Config:
    """Where the sounds are; `group` says what must stay together: each file by itself, or the files of one folder."""

    root: str = "data/00_external"
    group: Literal["file", "folder"] = "file"
    licence: str = ""
    attribution: str = ""


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Walk below `root`, sorted: the first folder is the label, however deep the file lies."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Do the same in any tree."""
    sounds = list(some(tree))
    good = [sound.name for sound in sounds if not sound.reason and not is_unread(sound.name)]
    stray = next((name for name in good if not _label(name)), None)
    if stray and any(_label(name) for name in good):
        raise InputError(f"{tree.where}/{stray} lies beside the folders that name classes; move it into one of them.")
    for sound in sounds:
        yield Recording(
            name=sound.name,
            path=sound.path,
            label=_label(sound.name),
            group=sound.name.rpartition("/")[0] if config.group == "folder" else sound.name,
            licence=config.licence,
            attribution=config.attribution,
            reason=sound.reason,
        )


def _label(name: str) -> str:
    # Systems spell an accented letter in one or two code points; a class has one spelling.
    return unicodedata.normalize("NFC", name.partition("/")[0]) if "/" in name else ""
