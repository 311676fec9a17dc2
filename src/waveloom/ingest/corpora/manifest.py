"""Sounds named one by one in tables: CSV, TSV, JSON, JSON lines or Parquet."""

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
from waveloom.ingest.corpora._details import read_details
from waveloom.ingest.corpora._leaves import with_one_label
from waveloom.ingest.corpora._table import read_table
from waveloom.ingest.corpora._texts import Texts, cell_values, check_columns, columns_in, describe, fill, wanted
from waveloom.ingest.corpora._tree import Folder, Tree, the_text

TEXTS = ("file", "label", "group", "split", "licence", "attribution", "description")
OwnText = Literal["table", "file", "label", "group", "split", "licence", "attribution", "description"]


@checked_dataclass
class Config(Texts):
    """Which tables, and how their rows become recordings.

    Each of `tables` gives its own values of `table` and the texts over those here; without any, `table` is the only
    one. `where` names, for some columns, the values of the rows that are used. Where a row has several labels, divided
    by `separator` and with those above them in a hierarchy, it is used if just one is left without those above others.
    """

    table: str = "labels.csv"
    file: str = "{file}"
    tables: tuple[dict[OwnText, str], ...] = ()
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    separator: str = ""


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Read the tables, row by row; files are sought below `root`, and one that is not there is still a recording."""
    return found_in(Folder.of(config.root, base), config)


def found_in(tree: Tree, config: Config) -> Iterator[Recording]:
    """Do the same in any tree."""
    parts = [replace(config, **cast(dict[str, Any], part)) for part in config.tables] or [config]
    details = read_details(config.details, tree)
    found = chain.from_iterable(_described(part, tree, details) for part in parts)
    labelled = with_one_label(list(found), config.separator) if config.separator else found
    return wanted(config, labelled)


def _described(texts: Config, tree: Tree, details: dict[str, dict[str, str]]) -> Iterator[Recording]:
    table = read_table(the_text(tree, texts.table, "table"), texts.table)
    table.columns = pd.Index(columns := _as_asked([str(name) for name in table.columns], texts))
    check_columns(texts, TEXTS, dict.fromkeys([*columns, *next(iter(details.values()), {})]), texts.table)
    table = _chosen(texts, table, columns)
    for values in table.itertuples(index=False, name=None):
        row = dict(zip(columns, values, strict=True))
        sound = tree.find(fill(texts.file, row))  # a file's name may begin or end with a blank
        yield describe(texts, {name: _plain(value, texts.separator) for name, value in row.items()}, sound, details)


def _as_asked(columns: list[str], texts: Config) -> list[str]:
    """Call a column as the options do where capitals alone make the difference, and no other column comes near."""
    asked = {*texts.where, *texts.values}
    for option in TEXTS:
        with suppress(ValueError):  # check_columns says what is wrong
            asked |= columns_in(getattr(texts, option))
    for name in asked - set(columns):
        alike = [column for column in columns if column.casefold() == name.casefold()]
        columns = [name if [column] == alike else column for column in columns]
    return columns


def _plain(value: str, separator: str) -> str:
    """Drop the blanks around a cell; several texts in it are divided by the separator, if there is one."""
    value = value.strip()
    return separator.join(cell_values(value)) if separator else value


def _chosen(texts: Config, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    for column, allowed in texts.where.items():
        if column not in columns:
            raise InputError(f"ingest.options.where names {column!r}; {texts.table} has: {', '.join(columns)}.")
        table = table[table[column].str.strip().isin(allowed)]
    if table.empty:
        raise InputError(f"{texts.table} names no sounds; give a table with at least one row that `where` lets in.")
    return table
