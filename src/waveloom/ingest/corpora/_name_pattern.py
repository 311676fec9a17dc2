"""Metadata in file names, read by a regular expression with named groups."""

import re
from collections.abc import Callable

from waveloom.config.checked import checked_dataclass
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._details_table import read_details
from waveloom.ingest.corpora._row_templates import RowTemplates, check_columns, recording_from_row
from waveloom.ingest.corpora._tree import Sound, Tree

TEMPLATES = ("label", "domain", "pair", "group", "split", "licence", "attribution", "description")


@checked_dataclass
class NamePattern(RowTemplates):
    """`pattern` must match the whole name below `root`; its named groups are the columns of the templates."""

    pattern: re.Pattern[str] = re.compile("(?P<label>[^/]+)/.+")


def name_reader(tree: Tree, config: NamePattern) -> Callable[[Sound], Recording]:
    """Make a function that reads the metadata in a sound's name; the details are read and the templates checked."""
    details = read_details(config.details, tree)
    columns = [*config.pattern.groupindex, *next(iter(details.values()), {})]
    check_columns(config, TEMPLATES, columns, "ingest.options.pattern")

    def read(sound: Sound) -> Recording:
        match = config.pattern.fullmatch(sound.name)
        if match is None:
            return Recording(sound.name, sound.path, reason=sound.reason or "name: it does not fit the pattern")
        return recording_from_row(
            config, {name: text or "" for name, text in match.groupdict().items()}, sound, details
        )

    return read
