"""The files below a folder of this machine."""

import logging
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from waveloom.audio.file_signatures import begins_as_sound
from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import locate
from waveloom.ingest.corpora._path_spellings import reason_not_local, similar_path, spellings
from waveloom.ingest.corpora._sound_suffixes import SUFFIXES, is_hidden, is_sound
from waveloom.ingest.corpora._tree import Sound

log = logging.getLogger(__name__)


class Folder:
    """The `Tree` below a folder; links that lead out of it are rejected."""

    def __init__(self, root: Path, suffixes: Iterable[str] = SUFFIXES) -> None:
        self.where = str(root)
        self._root = root
        self._resolved_root = root.resolve()
        self._suffixes = set(suffixes)
        self._names: dict[str, list[str]] = {}  # in each folder that was listed

    @classmethod
    def of(cls, root: str, base: Path, suffixes: Iterable[str] = SUFFIXES) -> "Folder":
        """Open the folder that ingest.options.root names; InputError if there is none."""
        folder = locate(root, base)
        if not folder.is_dir():
            raise InputError(f"ingest.options.root is {root!r}; there is no such folder. Name one that holds sounds.")
        return cls(folder, suffixes)

    def sounds(self) -> Iterator[Sound]:
        """Find the visible sound files in the order of `Tree.sounds`; a linked folder inside is not entered."""
        unreadable: list[OSError] = []
        others: Counter[str] = Counter()
        for folder, subfolders, files in os.walk(self._root, onerror=unreadable.append):
            here = Path(folder).relative_to(self._root)
            subfolders[:] = sorted(name for name in subfolders if not is_hidden(name))
            for name in sorted(name for name in files if not is_hidden(name)):
                if self._is_sound(folder, name):
                    yield Sound((here / name).as_posix(), Path(folder, name), self._link_reason(Path(folder, name)))
                else:
                    others[_suffix(name)] += 1
            for name in subfolders:
                if reason := self._link_reason(Path(folder, name)):
                    yield Sound((here / name).as_posix(), Path(folder, name), reason)
        for error in unreadable:
            path = Path(error.filename)
            yield Sound(path.relative_to(self._root).as_posix(), path, f"unreadable: {error.strerror}")
        self._log_others(others)

    def other_files(self) -> dict[str, int]:
        """Count, by suffix, the visible files that are no sounds by name and first bytes, the most frequent first."""
        counts = Counter(_suffix(name) for folder, name in _visible(self._root) if not self._is_sound(folder, name))
        return dict(counts.most_common())

    def subfolders(self) -> list[str]:
        """List the visible folders directly below the root, sorted."""
        return sorted(path.name for path in self._root.iterdir() if path.is_dir() and not is_hidden(path.name))

    def find(self, name: str) -> Sound:
        """Find the file below the root that a name of a table means; a file that is missing has a path all the same."""
        for text in spellings(name):
            if name.strip() and os.path.exists(self._root / text):
                return self._sound(text)
        if reason := reason_not_local(name):
            return Sound(name, self._root, reason)
        *_, text = spellings(name)
        below = self._below_root(text)
        similar = similar_path(below, self._names_in, lambda file: is_sound(file, self._suffixes)) if below else None
        return self._sound(similar or name)

    def text_files(self, pattern: str) -> list[Path]:
        """Find files by name or pattern."""
        paths = self._root.glob(pattern) if "*" in pattern else [self._root / pattern]
        return sorted(path for path in paths if path.is_file())

    def _log_others(self, others: Counter[str]) -> None:
        if others and self._suffixes == SUFFIXES:
            counts = ", ".join(f"{suffix} {count}" for suffix, count in others.most_common())
            log.info("%s: %d files are no sounds and have no row: %s", self.where, others.total(), counts)

    def _is_sound(self, folder: str, name: str) -> bool:
        """Whether a file is a sound by its suffix or its first bytes; of a link only the name counts."""
        if is_sound(name, self._suffixes):
            return True
        path = os.path.join(folder, name)
        return self._suffixes == SUFFIXES and not os.path.islink(path) and begins_as_sound(path)

    def _sound(self, name: str) -> Sound:
        below = self._below_root(name)
        if below is None:
            return Sound(name, self._root, f"outside: it does not lie below {self._root.name}")
        return Sound(below, self._root / below)

    def _below_root(self, name: str) -> str | None:
        """Return a path relative to the root, or None if it lies outside."""
        if not (self._contains(self._root / name) or is_stored_by_dvc(self._root / name)):
            return None
        path = PurePosixPath(name)
        if not path.is_absolute():
            return path.as_posix()
        for root in (self._root.absolute(), self._resolved_root):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        return (self._root / name).resolve().relative_to(self._resolved_root).as_posix()

    def _names_in(self, folder: str) -> list[str]:
        if folder not in self._names:
            self._names[folder] = os.listdir(self._root / folder) if (self._root / folder).is_dir() else []
        return self._names[folder]

    def _link_reason(self, path: Path) -> str:
        if not path.is_symlink() or self._contains(path) or is_stored_by_dvc(path):
            return ""
        return f"link: it leads out of {self._root.name}"

    def _contains(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self._resolved_root)
        except (OSError, ValueError, RuntimeError):  # an invalid name, or links that form a cycle
            return False


def is_stored_by_dvc(path: Path) -> bool:
    """Whether a link leads to a file of a DVC cache (`cache.type` symlink), which is named by its MD5."""
    try:
        target = path.resolve().as_posix() if path.is_symlink() else ""
    except (OSError, ValueError, RuntimeError):  # an invalid name, or links that form a cycle
        return False
    in_cache = re.search(r"/(?:files/md5|cache)/[0-9a-f]{2}/[0-9a-f]{30}$", target)
    return in_cache is not None and path.is_file()


def _visible(root: Path) -> Iterator[tuple[str, str]]:
    """Walk the files that are not hidden: folder and name of each."""
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = [name for name in subfolders if not is_hidden(name)]
        yield from ((folder, name) for name in files if not is_hidden(name))


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower() or "no suffix"
