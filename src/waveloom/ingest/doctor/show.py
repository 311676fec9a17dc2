"""Printing of an examination as tables on a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waveloom.config.errors import counted
from waveloom.ingest.doctor.examine import Examination
from waveloom.ingest.doctor.facts import Facts
from waveloom.ingest.doctor.suggestions import Suggestion

COLOURS = {"stop": "bold red", "warning": "yellow", "note": "cyan"}
SPLITS = ("train", "validation", "test")
SUGGESTED = "Suggested for params.yaml; --apply writes it"
CLASSES = 40  # printed at most; --json has all


def show(
    examination: Examination, console: Console, title: str = "Suggested for params.yaml; --apply writes it"
) -> None:
    """Print the facts, then the findings with advice, and under `title` the suggested section of params.yaml."""
    facts = examination.facts
    rejected = sum(row["count"] for row in facts.rejected.values())
    console.print(
        f"[bold]{escape(examination.target)}[/] ({examination.corpus}): {counted(facts.files, 'recording')}, "
        f"[green]{facts.accepted} accepted[/], {rejected} rejected; {counted(facts.groups, 'group')}."
    )
    if examination.depth == "headers":
        console.print("Only headers were read: clipping, silence, offset and equal samples are not measured.")
    console.print(_sizes(facts))
    console.print(_classes(facts))
    console.print(_findings(examination))
    if examination.suggestions:
        console.print(
            f"\n[bold]{title}[/]\n\n{escape(as_yaml(examination.suggestions))}", soft_wrap=True, highlight=False
        )


def _sizes(facts: Facts) -> Table:
    table = Table(title="Recordings that can be used", title_justify="left", show_header=False)
    seconds = facts.seconds
    table.add_row("rates, Hz", _joined(facts.rates_hz))
    table.add_row("channels", _joined(facts.channels))
    table.add_row(
        "shortest, median, longest", " · ".join(f"{seconds[name]:.3g} s" for name in ("min", "median", "max"))
    )
    table.add_row("total", f"{seconds['total'] / 60:.3g} min")
    for name, spread in (("peak", facts.peak_db), ("peak before scaling", facts.file_peak_db)):
        if spread and (spread != facts.peak_db or name == "peak"):
            peaks = " · ".join(f"{spread[which]:.1f} dB" for which in ("min", "median", "max"))
            table.add_row(f"lowest, median, highest {name}", peaks)
    if facts.domains:
        table.add_row("domains", _joined(facts.domains))
        table.add_row("pairs", str(facts.pairs))
    table.add_row("licences", _joined({name or "none stated": count for name, count in facts.licences.items()}))
    return table


def _classes(facts: Facts) -> Table:
    table = Table(title="Classes and splits", title_justify="left")
    for name in ("class", "recordings", *SPLITS, "minutes"):
        table.add_column(name, justify="left" if name == "class" else "right")
    for label, row in list(facts.classes.items())[:CLASSES]:
        splits = [str(row.get(name, 0)) for name in SPLITS]
        table.add_row(escape(label) or "(none)", str(row["recordings"]), *splits, f"{row['seconds'] / 60:.1f}")
    if len(facts.classes) > CLASSES:
        table.add_row(f"… and {len(facts.classes) - CLASSES} more", *[""] * 5)
    return table


def _findings(examination: Examination) -> Table | str:
    if not examination.findings:
        return "[green]Nothing to correct.[/]"
    table = Table(title="What to do", title_justify="left", show_lines=True)
    for name in ("", "count", "what", "advice"):
        table.add_column(name, justify="right" if name == "count" else "left", overflow="fold")
    for finding in examination.findings:
        examples = "".join(f"\n[dim]{escape(name)}[/]" for name in finding.examples)
        weight = f"[{COLOURS[finding.weight]}]{finding.weight}[/]"
        table.add_row(weight, str(finding.count), escape(finding.what) + examples, escape(finding.advice))
    return table


def as_yaml(suggestions: Iterable[Suggestion]) -> str:
    """Write suggestions as sections of params.yaml, each with its reason as a comment."""
    sections: dict[str, list[str]] = {}
    for found in suggestions:
        section, _, name = found.name.partition(".")
        sections.setdefault(section, []).append(f"  {f'{name}: {found.value}':<22} # {found.reason}")
    return "\n".join("\n".join([f"{section}:", *lines]) for section, lines in sections.items())


def _joined(counts: Mapping[str, Any]) -> str:
    return escape(" · ".join(f"{name}: {count}" for name, count in list(counts.items())[:8])) or "none"
