"""The leaderboard as HTML, CSV, Markdown and JSON."""

import base64
import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from waveloom.leaderboard.entry import LeftOut
from waveloom.leaderboard.tables import Row, Table

COLUMNS = {
    "place": "Place",
    "name": "Experiment",
    "kernel_distance": "Kernel distance",
    "margin": "±",
    "against_best": "Against the best",
    "against_above": "Against the one above",
    "floor": "Other real sounds",
    "ceiling": "Representation only",
    "diversity": "Diversity",
    "copies": "Copies",
    "agreement": "Label agreement",
    "recipe": "Recipe",
    "objective": "Objective",
    "seed": "Seed",
    "steps": "Steps",
    "minutes": "Minutes",
    "cpu_minutes": "CPU minutes",
    "memory_mb": "Memory, MB",
    "run": "MLflow run",
}
TEXTS = {"name", "against_best", "against_above", "recipe", "objective", "run"}
PLACES = {"minutes": 1, "cpu_minutes": 1, "memory_mb": 0}
NUMBERS = COLUMNS.keys() - TEXTS


def plain(found: Sequence[Table], left_out: Sequence[LeftOut]) -> dict[str, Any]:
    """The leaderboard as lists and dictionaries."""
    return {
        "tables": [
            {"basis": dict(table.rows[0].entry.basis), "apart": table.apart, "rows": [cells(row) for row in table.rows]}
            for table in found
        ],
        "left_out": [{"run": one.run, "name": one.name, "reason": one.reason} for one in left_out],
    }


def cells(row: Row) -> dict[str, Any]:
    """One row, by the names of `COLUMNS`."""
    entry = row.entry
    return {
        "place": row.place,
        "name": entry.name,
        "kernel_distance": entry.score,
        "margin": entry.margin,
        "against_best": row.against_best,
        "against_above": row.against_above,
        "floor": entry.floor,
        "ceiling": entry.ceiling,
        "diversity": entry.diversity,
        "copies": entry.copies,
        "agreement": entry.agreement,
        "recipe": entry.recipe,
        "objective": entry.objective,
        "seed": entry.seed,
        "steps": entry.steps,
        "minutes": entry.minutes,
        "cpu_minutes": entry.cpu_minutes,
        "memory_mb": entry.memory_mb,
        "run": entry.run,
    }


def comma_separated(found: Sequence[Table]) -> str:
    """Every row with its table's number and basis, as CSV at full precision."""
    basis = list(found[0].rows[0].entry.basis) if found else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["table", *COLUMNS, *basis])
    for number, table in enumerate(found, 1):
        for row in table.rows:
            writer.writerow([number, *cells(row).values(), *row.entry.basis.values()])
    return text.getvalue()


def markdown(found: Sequence[Table], left_out: Sequence[LeftOut]) -> str:
    """The tables as Markdown, with the reasons why there are several."""
    lines = ["# Leaderboard", "", "Kernel distance to the test set, ± half a 95% interval; lower is better.", ""]
    for number, table in enumerate(found, 1):
        lines += [f"## {heading(number, table)}", "", f"Measured with {basis(table)}.", ""]
        lines += [_line(COLUMNS.values()), _line("--:" if name in NUMBERS else "---" for name in COLUMNS)]
        lines += [_line(shown(name, value) for name, value in cells(row).items()) for row in table.rows] + [""]
    if left_out:
        lines += ["## Left out", "", *(f"- {_escape(one.name)} ({one.run[:8]}): {one.reason}" for one in left_out), ""]
    return "\n".join(lines)


def page(found: Sequence[Table], left_out: Sequence[LeftOut]) -> str:
    """One self-contained page: light and dark, no network, and a script of a dozen lines that sorts a column."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    here = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"columns": COLUMNS, "numbers": NUMBERS, "cells": cells, "shown": shown}
    environment.globals |= {"heading": heading, "basis": basis, "bar": bar}
    script = (here / "sort.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = environment.get_template("leaderboard.html.j2")
    return template.render(tables=found, left_out=left_out, script=script, digest=digest)


def heading(number: int, table: Table) -> str:
    """Name a table, and say what keeps it from the first."""
    return f"Table {number}: not comparable with table 1, {table.apart}" if table.apart else f"Table {number}"


def basis(table: Table) -> str:
    """What the generators of a table share."""
    return ", ".join(f"{what} {said}" for what, said in table.rows[0].entry.basis.items())


def shown(name: str, value: Any) -> str:
    """A cell as a reader sees it: three figures, a true minus; what was not measured says so."""
    if value is None:
        return "not measured"
    if name in PLACES:
        return f"{value:.{PLACES[name]}f}"
    if isinstance(value, float):
        return f"{value:.3g}".replace("-", "−")  # noqa: RUF001
    return str(value)[:8] if name == "run" else str(value)


def bar(row: Row, table: Table) -> dict[str, float]:
    """Where a row's interval, its score and its floor lie on the table's scale, in percent of its width."""
    ends = [r.entry.score + side * (r.entry.margin or 0.0) for r in table.rows for side in (-1, 1)]
    floors = [r.entry.floor for r in table.rows if r.entry.floor is not None]
    low, high = min(ends + floors), max(ends + floors)
    at = lambda x: round(100 * (x - low) / ((high - low) or 1.0), 2)  # noqa: E731
    entry = row.entry
    margin = entry.margin or 0.0
    found = {"low": at(entry.score - margin), "score": at(entry.score), "high": at(entry.score + margin)}
    return found | ({"floor": at(entry.floor)} if entry.floor is not None else {})


def _line(values: Any) -> str:
    return "| " + " | ".join(_escape(value) for value in values) + " |"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
