"""One measured generator, and what it may be compared with."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A generator's score with what stands beside it; NaN-free: what was not measured is None.

    `score`, `floor` and `ceiling` are kernel distances, lower is better; the margins are half 95% intervals.
    `diversity` is the share of real sounds' spread, `copies` that of generated sounds which copy a training clip,
    `agreement` that of sounds heard as the label asked for. `steps` were trained, in `minutes` and `cpu_minutes`, by a
    process of `memory_mb` at its peak. `basis` is what two generators must share to be compared: {what: value}.
    """

    run: str
    name: str
    recipe: str
    objective: str
    seed: str
    steps: str
    minutes: float | None
    cpu_minutes: float | None
    memory_mb: float | None
    score: float
    margin: float | None
    floor: float | None
    floor_margin: float | None
    ceiling: float | None
    diversity: float | None
    copies: float | None
    agreement: float | None
    basis: Mapping[str, str]


@dataclass(frozen=True)
class LeftOut:
    """A run that stands in no table, and why."""

    run: str
    name: str
    reason: str
