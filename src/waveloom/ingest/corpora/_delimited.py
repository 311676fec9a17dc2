"""Parsing of delimited text (CSV and similar), with detection of the delimiter and the quote character."""

import csv
import io
import re
from itertools import islice

import pandas as pd

DELIMITERS = (",", ";", "\t", "|")
DETECTION_ROWS = 200  # the delimiter is detected from this many rows
_SEP_LINE = re.compile(r'\ufeff?"?sep=(.)"?\s*', re.IGNORECASE)  # the line that names the delimiter for Excel


def parse_delimited(text: str, expected: str) -> pd.DataFrame:
    """Parse a table whose first line names the columns; `expected` is the delimiter that fits the file's suffix.

    Comment lines (#) before the header row, blank rows, and columns without a name are skipped. The ValueError says why
    the text cannot be read as a table.
    """
    text, delimiters = _skip_preamble(text, expected)
    dialect = _dialect(text, delimiters)
    try:
        header, rows = _parse(text, dialect)
    except csv.Error:
        if dialect["delimiter"] != "\t":
            raise
        header, rows = _parse(
            text, {**dialect, "quoting": csv.QUOTE_NONE}
        )  # tables with tabs are often written without quoting
    names = [_clean(name) for name in header]
    _check_names(names)
    # pandas would shift the values of a row of another length, or fill missing ones with "nan".
    if uneven := next((row for row in rows if len(row) != len(header)), None):
        raise ValueError(f"the row {', '.join(uneven)!r} has {len(uneven)} columns instead of {len(header)}")
    named = [number for number, name in enumerate(names) if name]
    columns = [names[number] for number in named]
    return pd.DataFrame([[row[number] for number in named] for row in rows], columns=columns, dtype=str)


def _clean(text: str) -> str:
    """Strip white space, byte order marks and zero-width spaces."""
    return text.strip().strip("\ufeff\u200b").strip()


def _check_names(names: list[str]) -> None:
    named = [name for name in names if name]
    if not named or len(set(named)) < len(named):
        duplicate = next((f": {name!r}" for name in named if named.count(name) > 1), "")
        raise ValueError(f"its first line names no columns, or one of them twice{duplicate}")


def _skip_preamble(text: str, expected: str) -> tuple[str, list[str]]:
    """Remove the lines before the header row, and list the delimiters to try in order."""
    delimiters = [expected, *(delimiter for delimiter in DELIMITERS if delimiter != expected)]
    while text:
        line, rest = _first_line(text)
        if match := _SEP_LINE.fullmatch(line):
            text, delimiters = rest, [match[1]]
        elif line.startswith("#") or not line.strip():
            text = rest
        else:
            break
    return text, delimiters


def _first_line(text: str) -> tuple[str, str]:
    line, *rest = re.split(r"\r\n|\n|\r", text, maxsplit=1)
    return line, "".join(rest)


def _dialect(text: str, delimiters: list[str]) -> dict[str, object]:
    """Choose the first dialect that yields several columns, and the same number in every row."""
    quote = "'" if text.startswith("'") else '"'
    dialects = [
        {
            "delimiter": delimiter,
            "quotechar": quote,
            "skipinitialspace": bool(re.search(f"{re.escape(delimiter)} +{quote}", text)),
        }
        for delimiter in delimiters
    ]
    return next((dialect for dialect in dialects if _fits(text, dialect)), dialects[0])


def _fits(text: str, dialect: dict[str, object]) -> bool:
    try:
        header, rows = _parse(text, dialect, DETECTION_ROWS)
    except (csv.Error, ValueError):
        return False
    return len(header) > 1 and all(len(row) == len(header) for row in rows)


def _parse(text: str, dialect: dict[str, object], count: int | None = None) -> tuple[list[str], list[list[str]]]:
    """Read the header and at most `count` rows, without blank rows, comments and empty cells beyond the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, **dialect)  # type: ignore[arg-type]
    filled = (row for row in islice(reader, count) if any(map(_clean, row)))
    header = next(filled, [])
    rows = (row[: len(header)] if not any(map(_clean, row[len(header) :])) else row for row in filled)
    return header, [row for row in rows if len(row) == len(header) or not row[0].startswith("#")]
