"""Sounds whose file names say what they are, read by a regular expression with named groups."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from waveloom.config.checked import checked_dataclass
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._details import read_details
from waveloom.ingest.corpora._texts import Texts, check_columns, describe, wanted
from waveloom.ingest.corpora._tree import Folder, Sound, Tree, some

TEXTS = ("label", "group", "split", "licence", "attribution", "description")


@checked_dataclass
class Config(Texts):
    """How names are read: `pattern` fits the whole name below `root`, and its named groups are the columns."""

    pattern: re.Pattern[str] = re.compile("(?P<label>[^/]+)/.+")


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Walk below `root`, sorted; a sound whose name does not fit is refused."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Do the same in any tree."""
    read = reader(tree, config)
    return wanted(config, (read(sound) for sound in some(tree)))


def reader(tree: Tree, config: Config) -> Callable[[Sound], Recording]:
    """Prepare to read names: the details are read and the texts checked."""
    details = read_details(config.details, tree)
    columns = [*config.pattern.groupindex, *next(iter(details.values()), {})]
    check_columns(config, TEXTS, columns, "ingest.options.pattern")

    def read(sound: Sound) -> Recording:
        match = config.pattern.fullmatch(sound.name)
        if match is None:
            return Recording(sound.name, sound.path, reason=sound.reason or "name: it does not fit the pattern")
        return describe(config, {name: text or "" for name, text in match.groupdict().items()}, sound, details)

    return read
