"""Reads the sound files that tables name: CSV, TSV, JSON, JSON lines or Parquet."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Literal, cast

import pandas as pd

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._details_table import read_details
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._label_hierarchy import with_specific_label
from waveloom.ingest.corpora._row_templates import (
    RowTemplates,
    cell_values,
    check_columns,
    columns_in,
    fill,
    recording_from_row,
    select_labels,
)
from waveloom.ingest.corpora._table import read_table
from waveloom.ingest.corpora._tree import Tree, text_file

TEMPLATES = ("file", "label", "domain", "pair", "group", "split", "licence", "attribution", "description")
TableOption = Literal[
    "table", "file", "label", "domain", "pair", "group", "split", "licence", "attribution", "description"
]


@checked_dataclass
class Config(RowTemplates):
    """Which tables, and how their rows become recordings.

    Each of `tables` overrides `table` and the templates; without any, `table` is the only one. `where` selects rows by
    the values of columns. If a row has several labels, divided by `separator` and including their ancestors in a
    hierarchy, it is used if exactly one is no ancestor of another.
    """

    table: str = "labels.csv"
    file: str = "{file}"
    tables: tuple[dict[TableOption, str], ...] = ()
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    separator: str = ""


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Read the tables row by row; a file that is missing below `root` is a recording too, which ingest rejects."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Read the tables and files of any tree in the same way."""
    parts = [replace(config, **cast(dict[str, Any], part)) for part in config.tables] or [config]
    details = read_details(config.details, tree)
    rows = chain.from_iterable(_read_table(part, tree, details) for part in parts)
    labelled = with_specific_label(list(rows), config.separator) if config.separator else rows
    return select_labels(config, labelled)


def _read_table(config: Config, tree: Tree, details: dict[str, dict[str, str]]) -> Iterator[Recording]:
    table = read_table(text_file(tree, config.table, "table"), config.table)
    table.columns = pd.Index(columns := _spelled_as_in_options([str(name) for name in table.columns], config))
    check_columns(config, TEMPLATES, dict.fromkeys([*columns, *next(iter(details.values()), {})]), config.table)
    table = _selected_rows(config, table, columns)
    for values in table.itertuples(index=False, name=None):
        row = dict(zip(columns, values, strict=True))
        sound = tree.find(fill(config.file, row))  # not stripped: a file's name may begin or end with a blank
        cells = {name: _stripped(value, config.separator) for name, value in row.items()}
        yield recording_from_row(config, cells, sound, details)


def _spelled_as_in_options(columns: list[str], config: Config) -> list[str]:
    """Rename a column to its spelling in the options if only capitals differ, and only for this column."""
    names = {*config.where, *config.values}
    for option in TEMPLATES:
        with suppress(ValueError):  # check_columns raises the error
            names |= columns_in(getattr(config, option))
    for name in names - set(columns):
        matches = [column for column in columns if column.casefold() == name.casefold()]
        columns = [name if [column] == matches else column for column in columns]
    return columns


def _stripped(value: str, separator: str) -> str:
    """Strip the blanks around a cell; the config of a list are joined by the separator, if there is one."""
    value = value.strip()
    return separator.join(cell_values(value)) if separator else value


def _selected_rows(config: Config, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    for column, allowed in config.where.items():
        if column not in columns:
            raise InputError(f"ingest.options.where names {column!r}; {config.table} has: {', '.join(columns)}.")
        table = table[table[column].str.strip().isin(allowed)]
    if table.empty:
        raise InputError(f"{config.table} names no sounds; give a table with at least one row that `where` selects.")
    return table
