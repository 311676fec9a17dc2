"""Who may be compared with whom, in which order, and which differences are real."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from waveloom.config.errors import InputError
from waveloom.leaderboard.entry import Entry

BEST, NOISE, WORSE, UNKNOWN = "best", "within noise", "worse", "unknown: no interval"


@dataclass(frozen=True)
class Row:
    """An entry in its place: `against_best` and `against_above` say whether it is told apart from these."""

    place: int
    entry: Entry
    against_best: str
    against_above: str


@dataclass(frozen=True)
class Table:
    """Generators that were measured alike, the best first; `apart` says what sets them apart from the first table."""

    rows: Sequence[Row]
    apart: str


def tables(entries: Iterable[Entry]) -> list[Table]:
    """Part the entries by what they were measured on, the largest table first, and order each by its score."""
    groups: dict[tuple[tuple[str, str], ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(tuple(sorted(entry.basis.items())), []).append(entry)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    first = dict(ordered[0][0]) if ordered else {}
    return [Table(_rows(some), _apart(dict(basis), first)) for basis, some in ordered]


def demand_one(found: Sequence[Table]) -> None:
    """Raise an InputError where runs cannot all be compared."""
    if len(found) > 1:
        reasons = "; ".join(f"{table.rows[0].entry.name} has {table.apart}" for table in found[1:])
        raise InputError(
            f"These runs are not measured alike and make {len(found)} tables: {reasons}. "
            "Evaluate them on the same clips with the same settings, or leave out --strict."
        )


def told_apart(one: Entry, other: Entry) -> str:
    """Say whether `other` is worse than `one` beyond noise.

    Two independent numbers with half intervals a and b differ by their difference give or take sqrt(a² + b²). Both
    are measured against the same real sounds, whose share of the noise they have in common, so this errs
    towards "within noise".
    """
    if one.margin is None or other.margin is None:
        return UNKNOWN
    return NOISE if other.score - one.score <= hypot(one.margin, other.margin) else WORSE


def _rows(entries: list[Entry]) -> list[Row]:
    ordered = sorted(entries, key=lambda entry: (entry.score, entry.run))
    best = ordered[0]
    return [
        Row(
            place,
            entry,
            BEST if entry is best else told_apart(best, entry),
            BEST if entry is best else told_apart(ordered[place - 2], entry),
        )
        for place, entry in enumerate(ordered, 1)
    ]


def _apart(basis: dict[str, str], first: dict[str, str]) -> str:
    return ", ".join(f"other {what} ({said})" for what, said in basis.items() if first.get(what) != said)
