"""Renders the leaderboard as HTML, CSV, Markdown and JSON."""

import base64
import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from waveloom.leaderboard.entry import ExcludedRun
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


def as_dict(tables: Sequence[Table], excluded: Sequence[ExcludedRun]) -> dict[str, Any]:
    """The leaderboard as lists and dictionaries."""
    return {
        "tables": [
            {
                "basis": dict(table.rows[0].entry.basis),
                "apart": table.difference,
                "rows": [cells(row) for row in table.rows],
            }
            for table in tables
        ],
        "left_out": [{"run": one.run, "name": one.name, "reason": one.reason} for one in excluded],
    }


def cells(row: Row) -> dict[str, Any]:
    """The cells of one row: {column of `COLUMNS`: value}."""
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


def comma_separated(tables: Sequence[Table]) -> str:
    """All rows with the number and basis of their table, as CSV at full precision."""
    basis = list(tables[0].rows[0].entry.basis) if tables else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["table", *COLUMNS, *basis])
    for number, table in enumerate(tables, 1):
        for row in table.rows:
            writer.writerow([number, *cells(row).values(), *row.entry.basis.values()])
    return text.getvalue()


def markdown(tables: Sequence[Table], excluded: Sequence[ExcludedRun]) -> str:
    """The tables as Markdown, with the differences between them."""
    lines = ["# Leaderboard", "", "Kernel distance to the test set, ± half a 95% interval; lower is better.", ""]
    for number, table in enumerate(tables, 1):
        lines += [f"## {heading(number, table)}", "", f"Measured with {basis(table)}.", ""]
        lines += [_line(COLUMNS.values()), _line("--:" if name in NUMBERS else "---" for name in COLUMNS)]
        lines += [_line(cell_text(name, value) for name, value in cells(row).items()) for row in table.rows] + [""]
    if excluded:
        lines += ["## Left out", "", *(f"- {_escape(one.name)} ({one.run[:8]}): {one.reason}" for one in excluded), ""]
    return "\n".join(lines)


def page(tables: Sequence[Table], excluded: Sequence[ExcludedRun]) -> str:
    """One self-contained HTML page, light and dark, without network; a short script sorts by a column."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    here = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"columns": COLUMNS, "numbers": NUMBERS, "cells": cells, "cell_text": cell_text}
    environment.globals |= {"heading": heading, "basis": basis, "bar": bar}
    script = (here / "sort.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = environment.get_template("leaderboard.html.j2")
    return template.render(tables=tables, left_out=excluded, script=script, digest=digest)


def heading(number: int, table: Table) -> str:
    """The title of a table, with its difference from the first."""
    return f"Table {number}: not comparable with table 1, {table.difference}" if table.difference else f"Table {number}"


def basis(table: Table) -> str:
    """The conditions that the generators of a table have in common."""
    return ", ".join(f"{condition} {value}" for condition, value in table.rows[0].entry.basis.items())


def cell_text(name: str, value: Any) -> str:
    """Format a cell: three significant figures, a minus sign, "not measured" or, for a place, "not ranked"."""
    if value is None:
        return "not ranked" if name == "place" else "not measured"
    if name in PLACES:
        return f"{value:.{PLACES[name]}f}"
    if isinstance(value, float):
        return f"{value:.3g}".replace("-", "−")  # noqa: RUF001
    return str(value)[:8] if name == "run" else str(value)


def bar(row: Row, table: Table) -> dict[str, float]:
    """Positions of interval, score and floor of a row on the scale of the table, in percent of its width."""
    ends = [r.entry.score + side * (r.entry.margin or 0.0) for r in table.rows for side in (-1, 1)]
    floors = [r.entry.floor for r in table.rows if r.entry.floor is not None]
    low, high = min(ends + floors), max(ends + floors)
    percent = lambda x: round(100 * (x - low) / ((high - low) or 1.0), 2)  # noqa: E731
    entry = row.entry
    margin = entry.margin or 0.0
    positions = {
        "low": percent(entry.score - margin),
        "score": percent(entry.score),
        "high": percent(entry.score + margin),
    }
    return positions | ({"floor": percent(entry.floor)} if entry.floor is not None else {})


def _line(values: Any) -> str:
    return "| " + " | ".join(_escape(value) for value in values) + " |"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
