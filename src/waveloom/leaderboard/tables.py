"""Groups comparable generators into tables, orders them, and decides which differences are significant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from waveloom.config.errors import InputError
from waveloom.leaderboard.entry import Entry

BEST, NOISE, WORSE, UNKNOWN = "best", "within noise", "worse", "unknown: no interval"


@dataclass(frozen=True)
class Row:
    """An entry and its rank, `place` (1 is the best); None for an entry without an interval, which is not ranked.

    `against_best` and `against_above` say whether it is significantly worse than the best entry, and than the entry
    one place above.
    """

    place: int | None
    entry: Entry
    against_best: str
    against_above: str


@dataclass(frozen=True)
class Table:
    """Generators evaluated under equal conditions, the best first, and last those that are not ranked.

    `difference` lists the conditions that differ from those of the first table.
    """

    rows: Sequence[Row]
    difference: str


def tables(entries: Iterable[Entry]) -> list[Table]:
    """Group the entries by `basis` (evaluation conditions), the largest group first, and sort each group by score."""
    groups: dict[tuple[tuple[str, str], ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(tuple(sorted(entry.basis.items())), []).append(entry)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    first = dict(ordered[0][0]) if ordered else {}
    return [Table(_rows(group_entries), _difference(dict(basis), first)) for basis, group_entries in ordered]


def require_one_table(found: Sequence[Table]) -> None:
    """Raise an InputError if not all runs are comparable."""
    if len(found) > 1:
        reasons = "; ".join(f"{table.rows[0].entry.name} has {table.difference}" for table in found[1:])
        raise InputError(
            f"These runs were evaluated under different conditions and make {len(found)} tables: {reasons}. "
            "Evaluate them on the same clips with the same settings, or leave out --strict."
        )


def compare_scores(one: Entry, other: Entry) -> str:
    """Whether `other` is significantly worse than `one`.

    The difference of two independent scores with margins a and b has the margin sqrt(a² + b²). Both scores use the same
    real sounds, so part of their sampling error is common and cancels: the test is conservative.
    """
    if one.margin is None or other.margin is None:
        return UNKNOWN
    return NOISE if other.score - one.score <= hypot(one.margin, other.margin) else WORSE


def _rows(entries: list[Entry]) -> list[Row]:
    ordered = sorted(entries, key=lambda entry: (entry.score, entry.run))
    ranked = [entry for entry in ordered if entry.margin is not None]
    rows = [
        Row(
            place,
            entry,
            BEST if place == 1 else compare_scores(ranked[0], entry),
            BEST if place == 1 else compare_scores(ranked[place - 2], entry),
        )
        for place, entry in enumerate(ranked, 1)
    ]
    return rows + [Row(None, entry, UNKNOWN, UNKNOWN) for entry in ordered if entry.margin is None]


def _difference(basis: dict[str, str], first: dict[str, str]) -> str:
    return ", ".join(
        f"other {condition} ({value})" for condition, value in basis.items() if first.get(condition) != value
    )
