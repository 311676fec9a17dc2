"""Reading of tables as text: CSV, TSV, JSON, JSON lines, Parquet."""

import csv
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from waveloom.config.errors import InputError
from waveloom.ingest.corpora._delimited import parse_delimited
from waveloom.ingest.corpora._sound_suffixes import is_sound
from waveloom.ingest.corpora._text_encoding import read_text

BLOCK = 10_000  # rows
FORMATS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".txt")  # all but .parquet may end in .gz too
SUFFIXES = set(FORMATS)
SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".ods", ".numbers"}


def table_format(path: Path) -> str:
    """Return the suffix of a table without .gz: one of FORMATS if it can be read."""
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    return suffix.lower()


def no_table(name: str, suffix: str) -> InputError:
    """Make the error for a table of an unsupported format."""
    *others, last = FORMATS
    way_out = "save the spreadsheet as CSV (Save As, CSV UTF-8)" if suffix in SPREADSHEETS else "convert it"
    return InputError(f"{name} is neither {', '.join(others)} nor {last}; {way_out} and name that file.")


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Read a table as text, so that labels like 007 and NA are not changed; errors name it `name`.

    A JSON table is a list of objects, an object of objects whose keys become the column `key` (as NSynth's), or an
    object of columns. A list in a cell becomes JSON; each member of an object in a cell becomes a column of its own,
    such as `label_name`.
    """
    try:
        match suffix := table_format(path):
            case ".csv" | ".txt":
                return parse_delimited(read_text(path), ",")
            case ".tsv":
                return parse_delimited(read_text(path), "\t")
            case ".json" | ".jsonl" | ".ndjson":
                return _table_of_objects(_json(read_text(path)))
            case ".parquet":
                table = pd.read_parquet(path)
                table = table.reset_index() if table.index.names != [None] else table
                if any(_has_objects(table[name]) for name in table):
                    return _table_of_objects(table.to_dict("records"))
                return pd.DataFrame({name: [_text(value) for value in table[name]] for name in table}, dtype=str)
    except (ValueError, TypeError, AttributeError, RecursionError, OSError, csv.Error) as error:
        raise InputError(f"{name} is not a table ({error}); correct it or name another.") from None
    raise no_table(name, suffix)


def read_lines(
    path: Path, name: str, columns: Iterable[str], separator: str = "\n", comment: str = ""
) -> list[dict[str, str]]:
    """Read a text without a header row: one row a line, split at the first separators, without surrounding blanks."""
    names = list(columns)
    try:
        lines = read_text(path).splitlines()
    except ValueError as error:
        raise InputError(f"{name} is not UTF-8, UTF-16 or Windows-1252 text ({error}); convert it.") from None
    used = [line for line in lines if line.strip() and not (comment and line.startswith(comment))]
    parts = [[part.strip() for part in line.split(separator, len(names) - 1)] for line in used]
    short = next((line for line, row in zip(used, parts, strict=True) if len(row) != len(names)), None)
    if short is not None:
        raise InputError(f"{name} has the line {short!r}, which does not give the columns {', '.join(names)}.")
    return [dict(zip(names, row, strict=True)) for row in parts]


def _json(text: str) -> Any:
    """Read one JSON value, or one in each line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        lines = [line for line in re.split("[\r\n]+", text) if line.strip()]
        if len(lines) < 2:
            raise
        return _lines(lines, error)


def _lines(lines: list[str], error: json.JSONDecodeError) -> list[Any]:
    """Read one JSON value from each line; if the first line is no JSON, raise `error`, that of the whole text."""
    values = []
    for number, line in enumerate(lines, start=1):
        try:
            values.append(json.loads(line))
        except json.JSONDecodeError as line_error:
            if not values:
                raise error from None
            raise ValueError(f"its row {number} is no JSON: {line_error.msg}") from None
    return values


def _table_of_objects(content: Any) -> pd.DataFrame:
    rows = ({_utf8(name): _text(value) for name, value in _members(row)} for row in _rows(content))
    # In blocks, since a row as a dict takes ten times the memory of a row of a table.
    blocks = [pd.DataFrame(block) for block in iter(lambda: list(islice(rows, BLOCK)), [])]
    if not blocks:
        raise ValueError("it has no rows")
    return pd.concat(blocks, ignore_index=True).fillna("")


def _members(row: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the cells of a row, and the members of objects in cells, named after cell and member."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _members(value, f"{above}{name}_")
        else:
            yield f"{above}{name}", value


def _has_objects(column: pd.Series) -> bool:
    return column.dtype == object and isinstance(next(iter(column.dropna()), None), Mapping)


def _rows(content: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a JSON table as mappings from column names."""
    if isinstance(content, Mapping):
        yield from _rows_of_object(content)
        return
    if not isinstance(content, list):
        raise ValueError('it holds a single value; write a list of objects, such as [{"file": ..., "label": ...}]')
    for row in content:
        if not isinstance(row, Mapping):
            raise ValueError('its rows have no names; write each as an object, such as {"file": ..., "label": ...}')
        yield row


def _rows_of_object(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    values = list(content.values())
    lists = [value for value in values if isinstance(value, list) and value]
    tables = [rows for rows in lists if all(isinstance(row, Mapping) for row in rows)]
    if isinstance(content.get("columns"), list) and isinstance(content.get("data"), list):
        yield from (dict(zip(content["columns"], row, strict=True)) for row in content["data"])
    elif len(tables) == 1:
        yield from tables[0]  # {"version": 1, "data": [{...}, ...]}
    elif values and all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1:
        yield from (dict(zip(content, row, strict=True)) for row in zip(*values, strict=True))
    elif values and all(isinstance(value, Mapping) for value in values):
        yield from _rows_of_nested_objects(content)
    elif any(map(is_sound, content)):
        yield from ({"key": key, "value": value} for key, value in content.items())  # {"a.wav": "dog", ...}
    else:
        yield content  # a table of one row


def _rows_of_nested_objects(content: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    columns = list(content.values())
    if all(list(column) == [str(number) for number in range(len(column))] for column in columns):
        # As pandas writes a table by default: column by column, with numbered rows.
        yield from ({name: value.get(str(n)) for name, value in content.items()} for n in range(len(columns[0])))
    else:
        yield from ({"key": key, **row} for key, row in content.items())


def _text(value: Any) -> str:
    """Convert a cell to text: empty if missing, a whole number without .0, a list as JSON."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, list | tuple):
        return _utf8(json.dumps([_text(item) for item in value], ensure_ascii=False))
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else _utf8(value)


def _utf8(value: Any) -> str:
    # JSON can hold half a character (a lone surrogate), which tables cannot.
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
