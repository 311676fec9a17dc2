"""Detection of the folder level that names the class of a sound, and of the level that names its split."""

import logging
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

log = logging.getLogger(__name__)

SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "validation", "val", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}

Folders = Sequence[Sequence[str]]  # for each file, its folders from the root down


@dataclass(frozen=True)
class Layout:
    """Levels of the class folder and of the split folder in a path, counted from the root; None if there is none."""

    label_at: int | None = 0
    split_at: int | None = None

    def label(self, name: str) -> str:
        """Return the class of a file, or an empty text if it lies in no class folder."""
        # Systems write an accented letter as one or two code points; NFC makes them one class.
        return unicodedata.normalize("NFC", _folder_at(name, self.label_at))

    def name_in_class(self, name: str) -> str:
        """Return the path of a file without its class folder and its suffix, which equal takes of two classes share."""
        *folders, file = unicodedata.normalize("NFC", name).split("/")
        return "/".join(
            [*(name for level, name in enumerate(folders) if level != self.label_at), PurePosixPath(file).stem]
        )

    def split(self, name: str) -> str:
        """Return the split of a file, or an empty text if no folder names it."""
        return SPLITS.get(_folder_at(name, self.split_at).casefold(), "")


def detect_layout(names: Iterable[str]) -> Layout:
    """Detect the layout from the names of all sounds.

    Outer folders that hold one folder each and nothing else are skipped if several classes lie below. Folders named
    train, valid, test and similar are splits, above the classes or below them, if all folders of that level have such
    names and one of them is for training.
    """
    folders = [name.split("/")[:-1] for name in names]
    top = _outer_folders(folders)
    if _are_splits(folders, top):
        layout = Layout(top + 1 if any(len(path) > top + 1 for path in folders) else None, top)
    else:
        layout = Layout(top, top + 1 if _are_splits(folders, top + 1) else None)
    if layout.split_at is not None:
        log.info("Folders named %s are used as splits.", ", ".join(sorted(_names_at(folders, layout.split_at))))
    if top:
        log.info("The classes are the folders in %s.", "/".join(folders[0][:top]))
    return layout


def _outer_folders(folders: Folders) -> int:
    """Count the folders around the classes."""
    depth = 0
    while folders and all(len(path) > depth for path in folders):
        if len(_names_at(folders, depth)) > 1:
            return depth
        depth += 1
    return 0


def _are_splits(folders: Folders, depth: int) -> bool:
    names = {name.casefold() for name in _names_at(folders, depth)}
    return (
        all(len(path) > depth for path in folders)
        and len(names) > 1
        and names <= SPLITS.keys()
        and "train" in {SPLITS[name] for name in names}
    )


def _names_at(folders: Folders, depth: int) -> set[str]:
    return {path[depth] for path in folders if len(path) > depth}


def _folder_at(name: str, level: int | None) -> str:
    folders = name.split("/")[:-1]
    return folders[level] if level is not None and level < len(folders) else ""
