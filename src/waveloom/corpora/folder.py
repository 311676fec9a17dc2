"""A folder of sound files, one sub-folder a class."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from waveloom.config import config
from waveloom.corpora import Recording
    good = [sound.name for sound in sounds if not sound.reason and not is_unread(sound.name)]
    layout = layout_of(good) if config.classes == "auto" else Layout()
    stray = next((name for name in good if not layout.label(name)), None)
    if stray and any(map(layout.label, good)):
from waveloom.errors import InputError


@config
class Config:
    """Where the sounds are; `group` says what must stay together: each file by itself, or the files of one folder.

    With `classes: auto` folders around the classes are passed over, and folders called train, valid, test are splits;
    with `first` the first folder below the root is the class, whatever it is called.
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
    """Do the same in any tree."""
    sounds = list(some(tree))
    good = [sound.name for sound in sounds if not sound.reason and not is_unread(sound.name)]
    layout = layout_of(good) if config.classes == "auto" else Layout()
    stray = next((name for name in good if not layout.label(name)), None)
    if stray and any(map(layout.label, good)):
        raise InputError(f"{tree.where}/{stray} lies beside the folders that name classes; move it into one of them.")
    for sound in sounds:
        yield Recording(
            name=sound.name,
            path=sound.path,
            label=layout.label(sound.name),
            group=sound.name.rpartition("/")[0] if config.group == "folder" else sound.name,
            split=layout.split(sound.name),
            licence=config.licence,
            attribution=config.attribution,
            reason=sound.reason,
        )
