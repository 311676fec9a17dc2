"""The files of a collection, by name, wherever their bytes are."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from waveloom.errors import InputError
from waveloom.main_checkout import located

READ = {
    *(".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".caf", ".w64"),
    *(".rf64", ".sph", ".nist"),
}
# Sounds that libsndfile cannot read are recordings too: each is rejected with the reason, not passed over.
NOT_READ = {".m4a", ".aac", ".wma", ".wv", ".ape", ".shn"}
SUFFIXES = READ | NOT_READ


class Sound(NamedTuple):
    """A file: its name below the root, with slashes; where its bytes are; and why it must not be opened, if so."""

    name: str
    path: Path
    reason: str = ""


class Tree(Protocol):
    """A root with files below it."""

    where: str  # for messages

    def sounds(self) -> Iterator[Sound]:
        """Find the visible sound files, of a folder first its own and then those of its sub-folders, by name."""

    def find(self, name: str) -> Sound:
        """Name one file, which need not be there."""

    def texts(self, pattern: str) -> list[Path]:
        """Find the files of a name, in which * stands for any part of a folder's or file's name."""


class Folder:
    """The tree below a folder of this machine."""

    def __init__(self, root: Path, suffixes: Iterable[str] = SUFFIXES) -> None:
        self.where = str(root)
        self._root = root
        self._inside = root.resolve()
        self._suffixes = set(suffixes)

    @classmethod
    def of(cls, root: str, base: Path, suffixes: Iterable[str] = SUFFIXES) -> "Folder":
        """Take the folder that ingest.options.root names, or say that there is none."""
        place = located(root, base)
        if not place.is_dir():
            raise InputError(f"ingest.options.root is {root!r}; there is no such folder. Name one that holds sounds.")
        return cls(place, suffixes)

    def sounds(self) -> Iterator[Sound]:
        """Walk it; what leads out is refused, a linked folder inside is met where it is."""
        unread: list[OSError] = []
        for folder, subfolders, files in os.walk(self._root, onerror=unread.append):
            here = Path(folder).relative_to(self._root)
            subfolders[:] = sorted(name for name in subfolders if not is_hidden(name))
            for name in sorted(name for name in files if is_sound(name, self._suffixes)):
                yield Sound((here / name).as_posix(), Path(folder, name), self._leads_out(Path(folder, name)))
            for name in subfolders:
                if reason := self._leads_out(Path(folder, name)):
                    yield Sound((here / name).as_posix(), Path(folder, name), reason)
        for error in unread:
            path = Path(error.filename)
            yield Sound(path.relative_to(self._root).as_posix(), path, f"unreadable: {error.strerror}")

    def find(self, name: str) -> Sound:
        """Join it to the root, and refuse what lies outside."""
        path = self._root / name
        if PurePosixPath(name).is_absolute() or not (self._holds(path) or is_stored_by_dvc(path)):
            return Sound(name, self._root, f"outside: it does not lie below {self._root.name}")
        return Sound(PurePosixPath(name).as_posix(), path)

    def texts(self, pattern: str) -> list[Path]:
        """Look them up."""
        found = self._root.glob(pattern) if "*" in pattern else [self._root / pattern]
        return sorted(path for path in found if path.is_file())

    def _leads_out(self, path: Path) -> str:
        if not path.is_symlink() or self._holds(path) or is_stored_by_dvc(path):
            return ""
        return f"link: it leads out of {self._root.name}"

    def _holds(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self._inside)
        except (OSError, ValueError, RuntimeError):  # a name no file can have, a circle of links
            return False


class Members:
    """The tree below a folder of an unpacked archive: `paths` says where each member's bytes are."""

    def __init__(self, where: str, paths: dict[str, Path], missing: Path, suffixes: Iterable[str] = SUFFIXES) -> None:
        self.where = where
        self._paths = paths
        self._missing = missing
        self._suffixes = set(suffixes)

    def sounds(self) -> Iterator[Sound]:
        """Go through them in a folder's order."""
        for name in sorted(self._paths, key=_walking):
            if is_sound(name, self._suffixes):
                yield Sound(name, self._paths[name])

    def find(self, name: str) -> Sound:
        """Look it up; what is not there is a path that does not exist."""
        name = PurePosixPath(name).as_posix()
        return Sound(name, self._paths.get(name, self._missing))

    def texts(self, pattern: str) -> list[Path]:
        """Match the members' names."""
        wanted = re.compile("[^/]*".join(map(re.escape, pattern.split("*"))))
        return [self._paths[name] for name in sorted(self._paths) if wanted.fullmatch(name)]


def is_stored_by_dvc(path: Path) -> bool:
    """Tell a link to a file of a DVC cache (`cache.type` symlink): such a file is named by the MD5 of its content."""
    try:
        target = path.resolve().as_posix() if path.is_symlink() else ""
    except (OSError, ValueError, RuntimeError):  # a name no file can have, a circle of links
        return False
    named = re.search(r"/(?:files/md5|cache)/[0-9a-f]{2}/[0-9a-f]{30}$", target)
    return named is not None and path.is_file()


def is_hidden(name: str) -> bool:
    """Tell whether a file, or a folder above it, is hidden."""
    return any(part.startswith(".") for part in name.split("/"))


def is_sound(name: str, suffixes: set[str] = SUFFIXES) -> bool:
    """Tell a visible sound file by its name."""
    return not is_hidden(name) and PurePosixPath(name).suffix.lower() in suffixes


def some(tree: Tree) -> Iterator[Sound]:
    """Find the sound files, or say that there is none."""
    sounds = tree.sounds()
    first = next(sounds, None)
    if first is None:
        raise InputError(f"{tree.where} holds no sound files ({', '.join(sorted(READ))}); name another folder.")
    yield first
    yield from sounds


def the_text(tree: Tree, name: str, option: str) -> Path:
    """Find the one file that an option names, or say that there is none."""
    found = tree.texts(name)
    if not found:
        raise InputError(
            f"ingest.options.{option}: there is no {name} below {tree.where}. Set it and root to where your copy lies."
        )
    return found[0]


def _walking(name: str) -> tuple[tuple[int, str], ...]:
    *folders, file = name.split("/")
    return (*((1, folder) for folder in folders), (0, file))
