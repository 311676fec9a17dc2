"""Which folder of a sound's path names its class, and which its split."""

import logging
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

log = logging.getLogger(__name__)

SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "validation", "val", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}

Folders = Sequence[Sequence[str]]  # of each file, from the root down


@dataclass(frozen=True)
class Layout:
    """The places of the class's and the split's folder in a path, counted from the root; None if there is none."""

    label_at: int | None = 0
    split_at: int | None = None

    def label(self, name: str) -> str:
        """Give the class of a file, or nothing if it lies in no such folder."""
        # Systems spell an accented letter in one or two code points; a class has one spelling.
        return unicodedata.normalize("NFC", _part(name, self.label_at))

    def split(self, name: str) -> str:
        """Give the split of a file, or nothing if folders do not say it."""
        return SPLITS.get(_part(name, self.split_at).casefold(), "")


def layout_of(names: Iterable[str]) -> Layout:
    """Read the layout off the names of all sounds.

    Outer folders that hold one folder each and nothing else are skipped if several classes lie below. Folders called
    train, valid, test and the like are splits, above the classes or below them, if all folders of that level are
    called so and one of them is for training.
    """
    folders = [name.split("/")[:-1] for name in names]
    top = _wrapped(folders)
    if _are_splits(folders, top):
        layout = Layout(top + 1 if any(len(path) > top + 1 for path in folders) else None, top)
    else:
        layout = Layout(top, top + 1 if _are_splits(folders, top + 1) else None)
    if layout.split_at is not None:
        log.info("Folders called %s are taken as splits.", ", ".join(sorted(_called(folders, layout.split_at))))
    if top:
        log.info("The classes are the folders in %s.", "/".join(folders[0][:top]))
    return layout


def _wrapped(folders: Folders) -> int:
    """Count the folders around the classes."""
    depth = 0
    while folders and all(len(path) > depth for path in folders):
        if len(_called(folders, depth)) > 1:
            return depth
        depth += 1
    return 0


def _are_splits(folders: Folders, depth: int) -> bool:
    called = {name.casefold() for name in _called(folders, depth)}
    return (
        all(len(path) > depth for path in folders)
        and len(called) > 1
        and called <= SPLITS.keys()
        and "train" in {SPLITS[name] for name in called}
    )


def _called(folders: Folders, depth: int) -> set[str]:
    return {path[depth] for path in folders if len(path) > depth}


def _part(name: str, place: int | None) -> str:
    folders = name.split("/")[:-1]
    return folders[place] if place is not None and place < len(folders) else ""
