"""Hostile inputs and their outcomes.

A module of this folder with `CASES` adds to the table in docs/reference/hostile-inputs.md, which
`python -m tests.hostile` writes; the test here runs every case and compares.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple

from waveloom.audio.decode import Limits
from waveloom.ingest.corpora import Recording
from waveloom.ingest.inspection import Inspection, inspect_recordings


class Case(NamedTuple):
    """`attempt` tries the input in an empty folder and gives the result; `outcome` is a pattern that matches it."""

    title: str
    attempt: Callable[[Path], str]
    outcome: str


def collections() -> dict[str, list[Case]]:
    """Give the cases of every module, by the first sentence of its docstring."""
    names = [found.name for found in iter_modules(__path__) if not found.name.startswith(("test_", "__"))]
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return {(module.__doc__ or "").partition(".")[0]: module.CASES for module in modules if hasattr(module, "CASES")}


def ingested(path: Path) -> str:
    """Survey a corpus of one file: `accepted`, or `rejected: ` and the reason."""
    (row,) = inspect_recordings([Recording(path.name, path)], Inspection(Limits(), path.parent))
    return row["status"] if row["status"] == "accepted" else f"rejected: {row['reason']}"


def file_case(title: str, name: str, content: Callable[[], bytes] | bytes, outcome: str) -> Case:
    """Give a case of one file with these bytes."""

    def attempt(folder: Path) -> str:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content())
        return ingested(folder / name)

    return Case(title, attempt, outcome)
