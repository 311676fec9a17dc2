"""Tables of texts: CSV, TSV, JSON, JSON lines, Parquet."""

import csv
import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.errors import InputError

BLOCK = 10_000  # rows
SUFFIXES = {".csv", ".tsv", ".json", ".jsonl", ".parquet", ".txt"}


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Read a table as text, so that labels like 007 and NA stay what they are; errors call it `name`.

    A JSON table is a list of objects, or an object of objects whose keys become the column `key` (as NSynth's).
    """
    try:
        match path.suffix.lower():
            case ".csv":
                return _separated(path, ",")
            case ".tsv":
                return _separated(path, "\t")
            case ".json":
                return _objects(json.loads(path.read_text(encoding="utf-8")))
            case ".jsonl":
                return _objects([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line])
            case ".parquet":
                table = pd.read_parquet(path).astype(object)
                return table.where(table.notna(), "").astype(str)
    except (ValueError, TypeError, AttributeError, RecursionError, OSError, csv.Error) as error:
        raise InputError(f"{name} is not a table ({error}); mend it or name another.") from None
    raise InputError(f"{name} is neither .csv, .tsv, .json, .jsonl nor .parquet; convert it to one of them.")


def read_lines(path: Path, name: str, columns: Iterable[str], separator: str, comment: str) -> list[dict[str, str]]:
    """Read a text without a head: a row a line, its columns cut at the first separators, blanks around them dropped."""
    names = list(columns)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except ValueError as error:
        raise InputError(f"{name} is not UTF-8 text ({error}); convert it.") from None
    used = [line for line in lines if line.strip() and not (comment and line.startswith(comment))]
    parts = [[part.strip() for part in line.split(separator, len(names) - 1)] for line in used]
    short = next((line for line, row in zip(used, parts, strict=True) if len(row) != len(names)), None)
    if short is not None:
        raise InputError(f"{name} has the line {short!r}, which does not give the columns {', '.join(names)}.")
    return [dict(zip(names, row, strict=True)) for row in parts]


def _separated(path: Path, separator: str) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = [row for row in csv.reader(file, delimiter=separator, strict=True) if row] or [[]]
    if len(set(head)) < len(head) or not head:
        raise ValueError("its first line names no columns, or one of them twice")
    # A row of another length is no row: pandas would move its labels, or fill them with "nan". Empty ends do no harm.
    rows = [row[: len(head)] if not any(row[len(head) :]) else row for row in rows]
    if odd := next((row for row in rows if len(row) != len(head)), None):
        raise ValueError(f"the row {', '.join(odd)!r} has {len(odd)} columns instead of {len(head)}")
    return pd.DataFrame(rows, columns=head, dtype=str)


def _objects(content: Any) -> pd.DataFrame:
    objects = ({"key": key, **row} for key, row in content.items()) if isinstance(content, dict) else iter(content)
    rows = ({_utf8(name): _utf8(value) for name, value in row.items()} for row in objects)
    # Block by block, since a row as a dict takes ten times the memory of a row of a table.
    blocks = [pd.DataFrame(block) for block in iter(lambda: list(islice(rows, BLOCK)), [])]
    return pd.concat(blocks, ignore_index=True).fillna("") if blocks else pd.DataFrame()


def _utf8(value: Any) -> str:
    # JSON can write half a character (a lone surrogate), which no table takes.
    text = "" if value is None else str(value)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
