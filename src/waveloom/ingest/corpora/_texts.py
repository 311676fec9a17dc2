"""From named texts (a row of a table, the parts of a file's name) to what a recording is."""

import json
import re
import unicodedata
from ast import literal_eval
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import PurePosixPath
from string import Formatter
from typing import Literal

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._details import Details
from waveloom.ingest.corpora._tree import Sound, is_sound

SPLITS = ("train", "validation", "test")
COLUMNS_NAMED = 20  # of a table, in a message
Row = Mapping[str, str]


@checked_dataclass
class Texts:
    """How a row becomes a recording.

    The texts may hold its columns in braces, `{label}` or `https://freesound.org/s/{id}/`, and `{fname:stem}` for a
    file's name without folder and suffix; without any, they are the same for all. `values` says what the codes of a
    column mean. `split_values` turns what `split` gives (a fold, say) into train, validation or test; what it does not
    name, and an empty `split`, leaves the choice to ingest. Where `labels` names some, the rest is left out. An empty
    `description` is the column of that name, where there is one.
    """

    root: str = "data/00_external"
    label: str = "{label}"
    group: str = ""
    split: str = ""
    licence: str = ""
    attribution: str = ""
    description: str = ""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    split_values: dict[str, Literal["train", "validation", "test"]] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    details: Details | None = None


class _Columns(Formatter):
    def format_field(self, value: str, format_spec: str) -> str:
        return PurePosixPath(value).stem if format_spec == "stem" else super().format_field(value, format_spec)


def fill(text: str, row: Row) -> str:
    """Put the row's columns where the braces are."""
    return _Columns().vformat(text, (), row)


def describe(texts: Texts, row: Row, sound: Sound, known: Mapping[str, Row]) -> Recording:
    """Make the recording of one row, to which `known` (the details, by key) adds columns.

    What the details do not have, and a code that `values` does not explain, is refused.
    """
    row, reason = _join(texts, row, known)
    if reason := sound.reason or reason or _unknown(texts, row):
        return Recording(sound.name, sound.path, reason=reason)
    row = {column: texts.values.get(column, {}).get(text, text) for column, text in row.items()}
    label, reason = one_label(fill(texts.label, row))
    return Recording(
        name=sound.name,
        path=sound.path,
        label=label,
        group=fill(texts.group, row),
        split=_split(fill(texts.split, row), texts),
        licence=fill(texts.licence, row),
        attribution=fill(texts.attribution, row),
        description=fill(texts.description, row) if texts.description else row.get("description", ""),
        reason=reason,
    )


def one_label(text: str) -> tuple[str, str]:
    """Give the label that a cell holds in one spelling, and the reason if it holds several."""
    names = cell_values(text)
    if len(names) > 1:
        return "", f"several labels: {', '.join(names)}"
    # Systems spell an accented letter in one or two code points; a class has one spelling, without stray blanks.
    text = re.sub("[\u200b\ufeff]", "", unicodedata.normalize("NFC", "".join(names)))
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text)
    return " ".join(text.split()), ""


def cell_values(text: str) -> list[str]:
    """Give the texts of a cell that holds a list, as JSON or Python write one; any other cell holds one text."""
    if text[:1] == "[" and text[-1:] == "]":
        for read in (json.loads, literal_eval):
            try:
                return [str(value) for value in read(text)]
            except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
                continue
    return [text]


def wanted(texts: Texts, found: Iterable[Recording]) -> Iterator[Recording]:
    """Leave out the sounds whose label is not among `labels`, and refuse those without one unless none has any."""
    chosen = _chosen(texts, found)
    return _without_blanks(chosen) if texts.label else chosen


def _without_blanks(found: Iterable[Recording]) -> Iterator[Recording]:
    """Refuse the sounds without a label as soon as one has a label; until then they wait."""
    waiting: list[Recording] | None = []
    for recording in found:
        if waiting is None:
            yield _labelled(recording)
            continue
        waiting.append(recording)
        if recording.label:
            yield from map(_labelled, waiting)
            waiting = None
    yield from waiting or []


def _labelled(recording: Recording) -> Recording:
    return recording if recording.label or recording.reason else replace(recording, reason="no label")


def _chosen(texts: Texts, found: Iterable[Recording]) -> Iterator[Recording]:
    """Leave out the sounds whose label is not among `labels`; what is refused has none and stays."""
    unseen = set(texts.labels)
    for recording in found:
        unseen.discard(recording.label)
        if not texts.labels or recording.reason or recording.label in texts.labels:
            yield recording
    if unseen:
        raise InputError(f"ingest.options.labels names {', '.join(sorted(unseen))}; no sound has such a label.")


def columns_in(text: str) -> set[str]:
    """Give the columns that a text has in braces; ValueError if its braces do not match."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def check_columns(texts: Texts, options: Iterable[str], columns: Collection[str], where: str) -> None:
    """Raise an InputError that names the first option with a column that is not there; `where` calls the table."""
    have = ", ".join(list(columns)[:COLUMNS_NAMED]) + (", …" if len(columns) > COLUMNS_NAMED else "")
    if len(columns) == 1:
        have += " alone (a comma, semicolon, tab or | divides columns)"
    if any(map(is_sound, columns)):
        raise InputError(f"{where} has no head: its first line is {have}. Put the names of its columns there.")
    for column in texts.values:
        if column not in columns:
            raise InputError(f"ingest.options.values names the column {column!r}; {where} has: {have}.")
    for option in options:
        text = getattr(texts, option)
        try:
            wanted = columns_in(text)
        except ValueError as error:
            raise InputError(f"ingest.options.{option} is {text!r}: {error}. Write a column as {{column}}.") from None
        if missing := sorted(wanted - set(columns)):
            way_out = "Name one of them in braces" + ("." if option == "file" else ", or leave it empty.")
            raise InputError(f"ingest.options.{option} names the column {missing[0]!r}; {where} has: {have}. {way_out}")


def _join(texts: Texts, row: Row, known: Mapping[str, Row]) -> tuple[Row, str]:
    if texts.details is None:
        return row, ""
    key = fill(texts.details.where, row)
    return {**known.get(key, {}), **row}, "" if key in known else f"details: {texts.details.table} has no {key!r}"


def _unknown(texts: Texts, row: Row) -> str:
    codes = ((column, row[column]) for column in texts.values if column in row)
    return next((f"value: {column} is {code!r}" for column, code in codes if code not in texts.values[column]), "")


def _split(value: str, texts: Texts) -> str:
    if texts.split_values:
        return texts.split_values.get(value, "")
    if value and value not in SPLITS:
        raise InputError(
            f"ingest.options.split gives {value!r}, which is none of {', '.join(SPLITS)}; "
            f"say what it means in ingest.options.split_values."
        )
    return value
