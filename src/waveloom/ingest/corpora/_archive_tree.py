"""The files of an unpacked archive, by the names of its members."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from waveloom.audio.file_signatures import begins_as_sound
from waveloom.ingest.corpora._path_spellings import reason_not_local, similar_path, spellings
from waveloom.ingest.corpora._sound_suffixes import SUFFIXES, is_hidden, is_sound
from waveloom.ingest.corpora._tree import Sound


class ArchiveTree:
    """The `Tree` below a folder of an unpacked archive: `paths` gives the file that holds each member's bytes."""

    def __init__(self, where: str, paths: dict[str, Path], missing: Path, suffixes: Iterable[str] = SUFFIXES) -> None:
        self.where = where
        self._paths = paths
        self._missing = missing
        self._suffixes = set(suffixes)
        self._names: dict[str, dict[str, None]] = {}  # in each folder

    def sounds(self) -> Iterator[Sound]:
        """Find the visible sounds in the order of `Tree.sounds`."""
        for name in sorted(self._paths, key=_walk_order):
            if is_sound(name, self._suffixes) or (not is_hidden(name) and begins_as_sound(self._paths[name])):
                yield Sound(name, self._paths[name])

    def find(self, name: str) -> Sound:
        """Find the member that a name of a table means; a missing one has a path that does not exist."""
        for text in spellings(name):
            if (path := PurePosixPath(text).as_posix()) in self._paths:
                return Sound(path, self._paths[path])
        if reason := reason_not_local(name):
            return Sound(name, self._missing, reason)
        *_, text = spellings(name)
        similar = similar_path(text, self._names_in, lambda file: is_sound(file, self._suffixes))
        if similar is None or similar not in self._paths:
            return Sound(PurePosixPath(name).as_posix(), self._missing)
        return Sound(similar, self._paths[similar])

    def text_files(self, pattern: str) -> list[Path]:
        """Find members by name or pattern."""
        regex = re.compile("[^/]*".join(map(re.escape, pattern.split("*"))))
        return [self._paths[name] for name in sorted(self._paths) if regex.fullmatch(name)]

    def _names_in(self, folder: str) -> Iterable[str]:
        if not self._names:
            for name in self._paths:
                for part in (name, *map(str, PurePosixPath(name).parents)):
                    above = str(PurePosixPath(part).parent)
                    self._names.setdefault("" if above == "." else above, {})[PurePosixPath(part).name] = None
        return self._names.get(folder, {})


def _walk_order(name: str) -> tuple[tuple[int, str], ...]:
    *folders, file = name.split("/")
    return (*((1, folder) for folder in folders), (0, file))
