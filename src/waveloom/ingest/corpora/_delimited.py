"""Tables as text with a delimiter, as people and spreadsheets write them."""

import csv
import io
import re
from itertools import islice

import pandas as pd

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 200  # rows that choose the delimiter
_EXCEL = re.compile(r'\ufeff?"?sep=(.)"?\s*', re.IGNORECASE)  # the line that names the delimiter for Excel


def delimited(text: str, own: str) -> pd.DataFrame:
    """Read a table whose first line names the columns; `own` is the delimiter that its suffix promises.

    Lines before it that begin with # are passed over, and so are blank rows and columns without a name. ValueError
    says why it is no table.
    """
    text, delimiters = _start(text, own)
    options = _dialect(text, delimiters)
    try:
        head, rows = _parsed(text, options)
    except csv.Error:
        if options["delimiter"] != "\t":
            raise
        head, rows = _parsed(text, {**options, "quoting": csv.QUOTE_NONE})  # tables with tabs often know no quotes
    names = [_clean(name) for name in head]
    _check_names(names)
    # A row of another length is no row: pandas would move its labels, or fill them with "nan".
    if odd := next((row for row in rows if len(row) != len(head)), None):
        raise ValueError(f"the row {', '.join(odd)!r} has {len(odd)} columns instead of {len(head)}")
    named = [number for number, name in enumerate(names) if name]
    columns = [names[number] for number in named]
    return pd.DataFrame([[row[number] for number in named] for row in rows], columns=columns, dtype=str)


def _clean(text: str) -> str:
    return text.strip().strip("\ufeff\u200b").strip()


def _check_names(names: list[str]) -> None:
    named = [name for name in names if name]
    if not named or len(set(named)) < len(named):
        twice = next((f": {name!r}" for name in named if named.count(name) > 1), "")
        raise ValueError(f"its first line names no columns, or one of them twice{twice}")


def _start(text: str, own: str) -> tuple[str, list[str]]:
    """Leave out what stands before the head, and give the delimiters to try in order."""
    delimiters = [own, *(one for one in DELIMITERS if one != own)]
    while text:
        line, rest = _first_line(text)
        if named := _EXCEL.fullmatch(line):
            text, delimiters = rest, [named[1]]
        elif line.startswith("#") or not line.strip():
            text = rest
        else:
            break
    return text, delimiters


def _first_line(text: str) -> tuple[str, str]:
    line, *rest = re.split(r"\r\n|\n|\r", text, maxsplit=1)
    return line, "".join(rest)


def _dialect(text: str, delimiters: list[str]) -> dict[str, object]:
    """Choose the first way of reading that gives several columns, and the same number in every row."""
    quote = "'" if text.startswith("'") else '"'
    ways = [
        {"delimiter": one, "quotechar": quote, "skipinitialspace": bool(re.search(f"{re.escape(one)} +{quote}", text))}
        for one in delimiters
    ]
    return next((way for way in ways if _fits(text, way)), ways[0])


def _fits(text: str, way: dict[str, object]) -> bool:
    try:
        head, rows = _parsed(text, way, SAMPLE)
    except (csv.Error, ValueError):
        return False
    return len(head) > 1 and all(len(row) == len(head) for row in rows)


def _parsed(text: str, way: dict[str, object], count: int | None = None) -> tuple[list[str], list[list[str]]]:
    """Give the head and the rows, at most `count`, without blank rows, comments and empty cells beyond the head."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, **way)  # type: ignore[arg-type]
    filled = (row for row in islice(reader, count) if any(map(_clean, row)))
    head = next(filled, [])
    rows = (row[: len(head)] if not any(map(_clean, row[len(head) :])) else row for row in filled)
    return head, [row for row in rows if len(row) == len(head) or not row[0].startswith("#")]
