"""Templates that turn a row of named texts (of a table, or of a file's name) into a recording."""

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
from waveloom.ingest.corpora._details_table import Details
from waveloom.ingest.corpora._domains import checked_domains
from waveloom.ingest.corpora._sound_suffixes import is_sound
from waveloom.ingest.corpora._tree import Sound

SPLITS = ("train", "validation", "test")
SHOWN_COLUMNS = 20  # of a table, in a message
Row = Mapping[str, str]


@checked_dataclass
class RowTemplates:
    """How a row becomes a recording.

    A template may hold column names in braces, `{label}` or `https://freesound.org/s/{id}/`, and `{fname:stem}` for a
    file's name without folder and suffix; without braces it is the same for all rows. `values` translates the codes of
    a column. `split_values` translates the result of `split` (a fold, for example) to train, validation or test; for
    other values, and with an empty `split`, ingest chooses the split. If `labels` is not empty, only these are used.
    An empty `description` stands for the column of that name, if there is one. `domain` is the instrument, speaker or
    kit that a translation changes; recordings of equal `pair` are the same music in two domains.
    """

    root: str = "data/00_external"
    label: str = "{label}"
    domain: str = ""
    pair: str = ""
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


def fill(template: str, row: Row) -> str:
    """Replace column names in braces by the row's values."""
    return _Columns().vformat(template, (), row)


def recording_from_row(templates: RowTemplates, row: Row, sound: Sound, details: Mapping[str, Row]) -> Recording:
    """Make the recording of one row, to which `details` (rows by key) add columns.

    The recording is rejected if `details` lack its key, or `values` lacks one of its codes.
    """
    row, reason = _join(templates, row, details)
    if reason := sound.reason or reason or _unknown_code(templates, row):
        return Recording(sound.name, sound.path, reason=reason)
    row = {column: templates.values.get(column, {}).get(text, text) for column, text in row.items()}
    label, reason = one_label(fill(templates.label, row))
    return Recording(
        name=sound.name,
        path=sound.path,
        label=label,
        domain=one_label(fill(templates.domain, row))[0],
        pair=fill(templates.pair, row).strip(),
        group=fill(templates.group, row),
        split=_split(fill(templates.split, row), templates),
        licence=fill(templates.licence, row),
        attribution=fill(templates.attribution, row),
        description=fill(templates.description, row) if templates.description else row.get("description", ""),
        reason=reason,
    )


def one_label(text: str) -> tuple[str, str]:
    """Normalise the label in a cell, or return the reason if the cell holds several."""
    names = cell_values(text)
    if len(names) > 1:
        return "", f"several labels: {', '.join(names)}"
    # Systems write an accented letter as one or two code points; NFC makes them one class.
    text = re.sub("[\u200b\ufeff]", "", unicodedata.normalize("NFC", "".join(names)))
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text)
    return " ".join(text.split()), ""


def cell_values(text: str) -> list[str]:
    """Return the texts of a cell that holds a list in the syntax of JSON or Python; any other cell holds one text."""
    if text[:1] == "[" and text[-1:] == "]":
        for read in (json.loads, literal_eval):
            try:
                return [str(value) for value in read(text)]
            except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
                continue
    return [text]


def select_labels(templates: RowTemplates, recordings: Iterable[Recording]) -> Iterator[Recording]:
    """Omit the sounds whose label is not among `labels`, and reject those without one, unless none has a label.

    Where the templates give domains or pairs, these are checked as well.
    """
    selected = _with_chosen_labels(templates, recordings)
    labelled = _reject_unlabelled(selected) if templates.label else selected
    if not (templates.domain or templates.pair):
        return labelled
    return checked_domains(labelled, "The corpus", "Set ingest.options.domain to a column that has two values or more.")


def _reject_unlabelled(recordings: Iterable[Recording]) -> Iterator[Recording]:
    """Reject sounds without a label if any sound has a label; unlabelled sounds wait for the first label."""
    waiting: list[Recording] | None = []
    for recording in recordings:
        if waiting is None:
            yield _checked_label(recording)
            continue
        waiting.append(recording)
        if recording.label:
            yield from map(_checked_label, waiting)
            waiting = None
    yield from waiting or []


def _checked_label(recording: Recording) -> Recording:
    return recording if recording.label or recording.reason else replace(recording, reason="no label")


def _with_chosen_labels(templates: RowTemplates, recordings: Iterable[Recording]) -> Iterator[Recording]:
    """Omit the sounds whose label is not among `labels`; rejected sounds have no label and stay."""
    unseen = set(templates.labels)
    for recording in recordings:
        unseen.discard(recording.label)
        if not templates.labels or recording.reason or recording.label in templates.labels:
            yield recording
    if unseen:
        raise InputError(f"ingest.options.labels names {', '.join(sorted(unseen))}; no sound has such a label.")


def columns_in(template: str) -> set[str]:
    """Return the column names in braces; ValueError if the braces do not match."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def check_columns(templates: RowTemplates, options: Iterable[str], columns: Collection[str], table: str) -> None:
    """Raise an InputError that names the first option with a missing column; `table` is the table's name."""
    have = ", ".join(list(columns)[:SHOWN_COLUMNS]) + (", …" if len(columns) > SHOWN_COLUMNS else "")
    if len(columns) == 1:
        have += " alone (a comma, semicolon, tab or | divides columns)"
    if any(map(is_sound, columns)):
        raise InputError(f"{table} has no header row: its first line is {have}. Put the names of its columns there.")
    for column in templates.values:
        if column not in columns:
            raise InputError(f"ingest.options.values names the column {column!r}; {table} has: {have}.")
    for option in options:
        template = getattr(templates, option)
        try:
            needed = columns_in(template)
        except ValueError as error:
            raise InputError(
                f"ingest.options.{option} is {template!r}: {error}. Write a column as {{column}}."
            ) from None
        if missing := sorted(needed - set(columns)):
            way_out = "Name one of them in braces" + ("." if option == "file" else ", or leave it empty.")
            raise InputError(f"ingest.options.{option} names the column {missing[0]!r}; {table} has: {have}. {way_out}")


def _join(templates: RowTemplates, row: Row, details: Mapping[str, Row]) -> tuple[Row, str]:
    if templates.details is None:
        return row, ""
    key = fill(templates.details.where, row)
    reason = "" if key in details else f"details: {templates.details.table} has no {key!r}"
    return {**details.get(key, {}), **row}, reason


def _unknown_code(templates: RowTemplates, row: Row) -> str:
    codes = ((column, row[column]) for column in templates.values if column in row)
    return next((f"value: {column} is {code!r}" for column, code in codes if code not in templates.values[column]), "")


def _split(value: str, templates: RowTemplates) -> str:
    if templates.split_values:
        return templates.split_values.get(value, "")
    if value and value not in SPLITS:
        raise InputError(
            f"ingest.options.split gives {value!r}, which is none of {', '.join(SPLITS)}; "
            f"translate it in ingest.options.split_values."
        )
    return value
