"""A second table with more columns for each row: licences, speakers, transcripts."""

from pathlib import Path

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora._table import read_lines, read_table
from waveloom.ingest.corpora._tree import Tree


@checked_dataclass
class Details:
    """A table that is joined where its column `key` equals the template `where`.

    In `table` a * stands for any part of a name: `*/*/*.trans.txt` reads many files as one. A text without a header row
    is split at `separator` into `columns`, and lines that begin with `comment` are skipped.
    """

    table: str
    where: str
    key: str = "key"
    columns: tuple[str, ...] = ()
    separator: str = ","
    comment: str = ""


def read_details(details: Details | None, tree: Tree) -> dict[str, dict[str, str]]:
    """Read the rows of the table by key; InputError if it is missing or a key occurs twice."""
    if details is None:
        return {}
    paths = tree.text_files(details.table)
    if not paths:
        raise InputError(f"ingest.options.details.table: there is no {details.table} below {tree.where}.")
    rows: dict[str, dict[str, str]] = {}
    for path in paths:
        for row in _rows(details, path):
            if details.key not in row:
                raise InputError(f"ingest.options.details.key is {details.key!r}; {path.name} has: {', '.join(row)}.")
            if row[details.key] in rows:
                raise InputError(f"{details.table} names {row[details.key]!r} twice, so it cannot be joined.")
            rows[row[details.key]] = row
    return rows


def _rows(details: Details, path: Path) -> list[dict[str, str]]:
    if details.columns:
        return read_lines(path, details.table, details.columns, details.separator, details.comment)
    table = read_table(path, details.table)
    columns = [str(name) for name in table.columns]
    rows = table.itertuples(index=False, name=None)
    return [dict(zip(columns, (value.strip() for value in row), strict=True)) for row in rows]
