"""A finding of the doctor: how serious it is, what it is, how often it occurs, and advice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from waveloom.ingest.doctor.facts import EXAMPLES

Weight = Literal["stop", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """A `stop` ends ingest; a `warning` lowers quality or the reliability of scores; a `note` is information."""

    weight: Weight
    what: str
    count: int
    advice: str
    examples: tuple[str, ...] = ()


def most_serious_first(found: list[Finding]) -> list[Finding]:
    """Sort stops before warnings, and warnings before notes."""
    return sorted(found, key=lambda finding: ("stop", "warning", "note").index(finding.weight))


def if_any(weight: Weight, what: str, names: list[str], advice: str) -> Iterator[Finding]:
    """Yield a finding about the recordings or groups of these names, unless there are none."""
    if names:
        yield Finding(weight, what, len(names), advice, tuple(names[:EXAMPLES]))
