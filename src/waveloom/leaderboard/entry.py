"""One evaluated generator, and the conditions under which it is comparable with others."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """Scores, settings and cost of a generator; None if not measured, never NaN.

    `score`, `floor` and `ceiling` are kernel distances, lower is better; the margins are half 95% intervals.
    `diversity` is the mean distance relative to real sounds, `copies` the share of generated sounds that copy a
    training clip, `agreement` the share that a classifier assigns to the requested label. Training took `steps`,
    `minutes` and `cpu_minutes`, with a peak memory of `memory_mb`. Two generators are comparable if their `basis`
    {condition: value} is equal.
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
class ExcludedRun:
    """A run that is in no table, and the reason."""

    run: str
    name: str
    reason: str
