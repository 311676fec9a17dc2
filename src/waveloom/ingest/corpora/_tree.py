"""The files of a collection, by name, wherever their bytes are."""

import logging
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from waveloom.audio.file_signatures import begins_as_sound
from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import locate
from waveloom.ingest.corpora._path_spellings import reason_not_local, similar_path, spellings

log = logging.getLogger(__name__)

READ = {
    *(".wav", ".wave", ".bwf", ".w64", ".rf64", ".flac", ".fla", ".ogg", ".oga", ".opus"),
    *(".mp3", ".mp2", ".mp1", ".mpa", ".mpga", ".aif", ".aiff", ".aifc", ".aff"),
    *(".au", ".snd", ".caf", ".sph", ".nist"),
}
# Sounds in formats that are not read, and videos, are recordings too: each is rejected with the reason, not ignored.
NOT_READ = {
    *(".m4a", ".m4b", ".m4r", ".m4p", ".aac", ".adts", ".ac3", ".eac3", ".dts", ".wma", ".asf", ".wv", ".ape", ".shn"),
    *(".tta", ".tak", ".mpc", ".ofr", ".mka", ".weba", ".amr", ".awb", ".3ga", ".qcp", ".gsm", ".spx", ".ra", ".ram"),
    *(".rm", ".dsf", ".dff", ".aa", ".aax", ".oma", ".voc", ".vox", ".8svx", ".svx", ".iff", ".sf", ".ircam", ".pvf"),
    *(".paf", ".xi", ".sds", ".avr", ".sd2", ".raw", ".pcm", ".sln", ".g722", ".g729", ".ogx", ".ogv"),
    *(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3gpp", ".3g2", ".webm", ".mkv", ".avi", ".flv", ".wmv", ".mpg", ".mpeg"),
}
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
        self._listed: dict[str, list[str]] = {}

    @classmethod
    def of(cls, root: str, base: Path, suffixes: Iterable[str] = SUFFIXES) -> "Folder":
        """Take the folder that ingest.options.root names, or say that there is none."""
        place = locate(root, base)
        if not place.is_dir():
            raise InputError(f"ingest.options.root is {root!r}; there is no such folder. Name one that holds sounds.")
        return cls(place, suffixes)

    def sounds(self) -> Iterator[Sound]:
        """Walk it; what leads out is refused, a linked folder inside is met where it is."""
        unread: list[OSError] = []
        others: Counter[str] = Counter()
        for folder, subfolders, files in os.walk(self._root, onerror=unread.append):
            here = Path(folder).relative_to(self._root)
            subfolders[:] = sorted(name for name in subfolders if not is_hidden(name))
            for name in sorted(name for name in files if not is_hidden(name)):
                if self._is_sound(folder, name):
                    yield Sound((here / name).as_posix(), Path(folder, name), self._leads_out(Path(folder, name)))
                else:
                    others[_suffix(name)] += 1
            for name in subfolders:
                if reason := self._leads_out(Path(folder, name)):
                    yield Sound((here / name).as_posix(), Path(folder, name), reason)
        for error in unread:
            path = Path(error.filename)
            yield Sound(path.relative_to(self._root).as_posix(), path, f"unreadable: {error.strerror}")
        if others and self._suffixes == SUFFIXES:
            counts = ", ".join(f"{suffix} {count}" for suffix, count in others.most_common())
            log.info("%s: %d files are no sounds and have no row: %s", self.where, others.total(), counts)

    def others(self) -> dict[str, int]:
        """Count, by suffix, the visible files that are no sounds by name and first bytes, the most frequent first."""
        found = Counter(_suffix(name) for folder, name in _visible(self._root) if not self._is_sound(folder, name))
        return dict(found.most_common())

    def _is_sound(self, folder: str, name: str) -> bool:
        """Whether a file is a sound by its suffix or its first bytes; of a link only the name counts."""
        if is_sound(name, self._suffixes):
            return True
        path = os.path.join(folder, name)
        return self._suffixes == SUFFIXES and not os.path.islink(path) and begins_as_sound(path)

    def find(self, name: str) -> Sound:
        """Find the file that is meant, below the root; what is not there is a path that does not exist."""
        for text in spellings(name):
            if name.strip() and os.path.exists(self._root / text):
                return self._found(text)
        if reason := reason_not_local(name):
            return Sound(name, self._root, reason)
        *_, text = spellings(name)
        below = self._below(text)
        there = similar_path(below, self._names_in, lambda file: is_sound(file, self._suffixes)) if below else None
        return self._found(there or name)

    def _found(self, name: str) -> Sound:
        below = self._below(name)
        if below is None:
            return Sound(name, self._root, f"outside: it does not lie below {self._root.name}")
        return Sound(below, self._root / below)

    def _below(self, name: str) -> str | None:
        """Give a path relative to the root, or None if it lies outside."""
        if not (self._holds(self._root / name) or is_stored_by_dvc(self._root / name)):
            return None
        path = PurePosixPath(name)
        if not path.is_absolute():
            return path.as_posix()
        for root in (self._root.absolute(), self._inside):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        return (self._root / name).resolve().relative_to(self._inside).as_posix()

    def _names_in(self, folder: str) -> list[str]:
        if folder not in self._listed:
            self._listed[folder] = os.listdir(self._root / folder) if (self._root / folder).is_dir() else []
        return self._listed[folder]

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
        except (OSError, ValueError, RuntimeError):  # an invalid name, or links that form a circle
            return False


class Members:
    """The tree below a folder of an unpacked archive: `paths` says where each member's bytes are."""

    def __init__(self, where: str, paths: dict[str, Path], missing: Path, suffixes: Iterable[str] = SUFFIXES) -> None:
        self.where = where
        self._paths = paths
        self._missing = missing
        self._suffixes = set(suffixes)
        self._listed: dict[str, dict[str, None]] = {}  # the names in each folder

    def sounds(self) -> Iterator[Sound]:
        """Go through them in a folder's order."""
        for name in sorted(self._paths, key=_walking):
            if is_sound(name, self._suffixes) or (not is_hidden(name) and begins_as_sound(self._paths[name])):
                yield Sound(name, self._paths[name])

    def find(self, name: str) -> Sound:
        """Look it up; what is not there is a path that does not exist."""
        for text in spellings(name):
            if (path := PurePosixPath(text).as_posix()) in self._paths:
                return Sound(path, self._paths[path])
        if reason := reason_not_local(name):
            return Sound(name, self._missing, reason)
        *_, text = spellings(name)
        there = similar_path(text, self._names_in, lambda file: is_sound(file, self._suffixes))
        if there is None or there not in self._paths:
            return Sound(PurePosixPath(name).as_posix(), self._missing)
        return Sound(there, self._paths[there])

    def _names_in(self, folder: str) -> Iterable[str]:
        if not self._listed:
            for name in self._paths:
                for part in (name, *map(str, PurePosixPath(name).parents)):
                    above = str(PurePosixPath(part).parent)
                    self._listed.setdefault("" if above == "." else above, {})[PurePosixPath(part).name] = None
        return self._listed.get(folder, {})

    def texts(self, pattern: str) -> list[Path]:
        """Match the members' names."""
        wanted = re.compile("[^/]*".join(map(re.escape, pattern.split("*"))))
        return [self._paths[name] for name in sorted(self._paths) if wanted.fullmatch(name)]


def _visible(root: Path) -> Iterator[tuple[str, str]]:
    """Walk the files that are not hidden: folder and name of each."""
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = [name for name in subfolders if not is_hidden(name)]
        yield from ((folder, name) for name in files if not is_hidden(name))


def is_stored_by_dvc(path: Path) -> bool:
    """Whether a link leads to a file of a DVC cache (`cache.type` symlink), which is named by its MD5."""
    try:
        target = path.resolve().as_posix() if path.is_symlink() else ""
    except (OSError, ValueError, RuntimeError):  # an invalid name, or links that form a circle
        return False
    named = re.search(r"/(?:files/md5|cache)/[0-9a-f]{2}/[0-9a-f]{30}$", target)
    return named is not None and path.is_file()


def is_hidden(name: str) -> bool:
    """Tell whether a file, or a folder above it, is hidden."""
    return any(part.startswith(".") for part in name.split("/"))


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower() or "no suffix"


def is_sound(name: str, suffixes: set[str] = SUFFIXES) -> bool:
    """Tell a visible sound file by its name."""
    return not is_hidden(name) and PurePosixPath(name).suffix.lower() in suffixes


def is_unread(name: str) -> bool:
    """Whether a name is that of a sound or video that is not read, such as a video about the collection."""
    return PurePosixPath(name).suffix.lower() in NOT_READ


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
