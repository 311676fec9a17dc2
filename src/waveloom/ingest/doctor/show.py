"""A visit as tables on a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waveloom.ingest.doctor.examine import Visit
from waveloom.ingest.doctor.facts import Facts

COLOURS = {"stop": "bold red", "warning": "yellow", "note": "cyan"}
SPLITS = ("train", "validation", "test")
CLASSES = 40  # shown at most; all are in --json


def show(visit: Visit, console: Console) -> None:
    """Print what there is, then what to do about it."""
    known = visit.facts
    rejected = sum(row["count"] for row in known.rejected.values())
    console.print(
        f"[bold]{escape(visit.target)}[/] ({visit.corpus}): {known.files} recordings, "
        f"[green]{known.accepted} accepted[/], {rejected} rejected; {known.groups} groups."
    )
    if visit.depth == "headers":
        console.print("Only headers were read: clipping, silence, offset and equal samples are not measured.")
    console.print(_sizes(known))
    console.print(_classes(known))
    console.print(_findings(visit))


def _sizes(known: Facts) -> Table:
    table = Table(title="Recordings that can be used", title_justify="left", show_header=False)
    seconds = known.seconds
    table.add_row("rates, Hz", _listed(known.rates_hz))
    table.add_row("channels", _listed(known.channels))
    table.add_row(
        "shortest, median, longest", " · ".join(f"{seconds[name]:.3g} s" for name in ("min", "median", "max"))
    )
    table.add_row("in all", f"{seconds['total'] / 60:.3g} min")
    for name, spread in (("peak", known.peak_db), ("peak before scaling", known.file_peak_db)):
        if spread and (spread != known.peak_db or name == "peak"):
            peaks = " · ".join(f"{spread[which]:.1f} dB" for which in ("min", "median", "max"))
            table.add_row(f"lowest, median, highest {name}", peaks)
    table.add_row("licences", _listed({name or "none stated": count for name, count in known.licences.items()}))
    return table


def _classes(known: Facts) -> Table:
    table = Table(title="Classes and splits", title_justify="left")
    for name in ("class", "recordings", *SPLITS, "minutes"):
        table.add_column(name, justify="left" if name == "class" else "right")
    for label, row in list(known.classes.items())[:CLASSES]:
        splits = [str(row.get(name, 0)) for name in SPLITS]
        table.add_row(escape(label) or "(none)", str(row["recordings"]), *splits, f"{row['seconds'] / 60:.1f}")
    if len(known.classes) > CLASSES:
        table.add_row(f"… and {len(known.classes) - CLASSES} more", *[""] * 5)
    return table


def _findings(visit: Visit) -> Table | str:
    if not visit.findings:
        return "[green]Nothing to mend.[/]"
    table = Table(title="What to do", title_justify="left", show_lines=True)
    for name in ("", "count", "what", "advice"):
        table.add_column(name, justify="right" if name == "count" else "left", overflow="fold")
    for finding in visit.findings:
        examples = "".join(f"\n[dim]{escape(name)}[/]" for name in finding.examples)
        weight = f"[{COLOURS[finding.weight]}]{finding.weight}[/]"
        table.add_row(weight, str(finding.count), escape(finding.what) + examples, escape(finding.advice))
    return table


def _listed(counts: Mapping[str, Any]) -> str:
    return escape(" · ".join(f"{name}: {count}" for name, count in list(counts.items())[:8])) or "none"
