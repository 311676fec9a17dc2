"""Tables of texts: CSV, TSV, JSON, JSON lines, Parquet."""

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
from waveloom.ingest.corpora._delimited import delimited
from waveloom.ingest.corpora._text_encoding import read_text
from waveloom.ingest.corpora._tree import is_sound

BLOCK = 10_000  # rows
FORMATS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".txt")  # all but .parquet may end in .gz too
SUFFIXES = set(FORMATS)
SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".ods", ".numbers"}


def table_format(path: Path) -> str:
    """Give the suffix that names a table's format, without .gz: one of FORMATS if it can be read."""
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    return suffix.lower()


def no_table(name: str, suffix: str) -> InputError:
    """Say what to do with a table of a format that is not read."""
    *others, last = FORMATS
    way_out = "save the spreadsheet as CSV (Save As, CSV UTF-8)" if suffix in SPREADSHEETS else "convert it"
    return InputError(f"{name} is neither {', '.join(others)} nor {last}; {way_out} and name that file.")


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Read a table as text, so that labels like 007 and NA stay what they are; errors call it `name`.

    A JSON table is a list of objects, an object of objects whose keys become the column `key` (as NSynth's), or an
    object of columns. A list in a cell becomes JSON; of an object in a cell, each member is a column of its own, such
    as `label_name`.
    """
    try:
        match suffix := table_format(path):
            case ".csv" | ".txt":
                return delimited(read_text(path), ",")
            case ".tsv":
                return delimited(read_text(path), "\t")
            case ".json" | ".jsonl" | ".ndjson":
                return _objects(_json(read_text(path)))
            case ".parquet":
                table = pd.read_parquet(path)
                table = table.reset_index() if table.index.names != [None] else table
                if any(_has_objects(table[name]) for name in table):
                    return _objects(table.to_dict("records"))
                return pd.DataFrame({name: [_text(value) for value in table[name]] for name in table}, dtype=str)
    except (ValueError, TypeError, AttributeError, RecursionError, OSError, csv.Error) as error:
        raise InputError(f"{name} is not a table ({error}); mend it or name another.") from None
    raise no_table(name, suffix)


def read_lines(path: Path, name: str, columns: Iterable[str], separator: str, comment: str) -> list[dict[str, str]]:
    """Read a text without a head: a row a line, its columns cut at the first separators, blanks around them dropped."""
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
    """Read one JSON value from each line; the `error` is of all of them as one value, told if no line is one."""
    values = []
    for number, line in enumerate(lines, start=1):
        try:
            values.append(json.loads(line))
        except json.JSONDecodeError as own:
            if not values:
                raise error from None
            raise ValueError(f"its row {number} is no JSON: {own.msg}") from None
    return values


def _objects(content: Any) -> pd.DataFrame:
    rows = ({_utf8(name): _text(value) for name, value in _members(row)} for row in _rows(content))
    # Block by block, since a row as a dict takes ten times the memory of a row of a table.
    blocks = [pd.DataFrame(block) for block in iter(lambda: list(islice(rows, BLOCK)), [])]
    if not blocks:
        raise ValueError("it has no rows")
    return pd.concat(blocks, ignore_index=True).fillna("")


def _members(row: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Give the cells of a row, and the members of objects in them, which are named after both."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _members(value, f"{above}{name}_")
        else:
            yield f"{above}{name}", value


def _has_objects(column: pd.Series) -> bool:
    return column.dtype == object and isinstance(next(iter(column.dropna()), None), Mapping)


def _rows(content: Any) -> Iterator[Mapping[str, Any]]:
    """Give the rows of a JSON table, each by the names of its columns."""
    if isinstance(content, Mapping):
        yield from _rows_of(content)
        return
    if not isinstance(content, list):
        raise ValueError('it holds a single value; write a list of objects, such as [{"file": ..., "label": ...}]')
    for row in content:
        if not isinstance(row, Mapping):
            raise ValueError('its rows have no names; write each as an object, such as {"file": ..., "label": ...}')
        yield row


def _rows_of(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    values = list(content.values())
    inside = [one for one in values if isinstance(one, list) and one and all(isinstance(row, Mapping) for row in one)]
    if isinstance(content.get("columns"), list) and isinstance(content.get("data"), list):
        yield from (dict(zip(content["columns"], row, strict=True)) for row in content["data"])
    elif len(inside) == 1:
        yield from inside[0]  # {"version": 1, "data": [{...}, ...]}
    elif values and all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1:
        yield from (dict(zip(content, row, strict=True)) for row in zip(*values, strict=True))
    elif values and all(isinstance(value, Mapping) for value in values):
        yield from _rows_of_rows(content)
    elif any(map(is_sound, content)):
        yield from ({"key": key, "value": value} for key, value in content.items())  # {"a.wav": "dog", ...}
    else:
        yield content  # a table of one row


def _rows_of_rows(content: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    columns = list(content.values())
    if all(list(column) == [str(number) for number in range(len(column))] for column in columns):
        # As pandas writes a table by default: column by column, the rows numbered.
        yield from ({name: value.get(str(n)) for name, value in content.items()} for n in range(len(columns[0])))
    else:
        yield from ({"key": key, **row} for key, row in content.items())


def _text(value: Any) -> str:
    """Write one cell: nothing for what is missing, a whole number without .0, a list as JSON."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, list | tuple):
        return _utf8(json.dumps([_text(one) for one in value], ensure_ascii=False))
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else _utf8(value)


def _utf8(value: Any) -> str:
    # JSON can write half a character (a lone surrogate), which no table takes.
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
