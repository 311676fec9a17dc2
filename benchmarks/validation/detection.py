"""Whether a metric detects a degradation, from which strength on, and in the right order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Value = float | str  # or "not measured: ..."


@dataclass(frozen=True)
class Detection:
    """`word`: sees, blind, rewards, or silent (not measured); `first`: index of the first strength that is detected.

    `ordered`: no stronger degradation scores better than a weaker one by more than the margins.
    """

    word: str
    first: int = 0
    ordered: bool = True


def detect(way: str, values: Sequence[Value], margin: Value) -> Detection:
    """Classify the scores of a degradation, from none to the strongest.

    `margin` (95%) is that of the unchanged set; a difference counts if it exceeds sqrt(2) times the margin.
    """
    measured = [i for i, value in enumerate(values) if isinstance(value, float)]
    if measured[:1] != [0] or len(measured) < 2 or not isinstance(margin, float):
        return Detection("silent")
    bad = np.array([badness(way, float(values[i]), float(values[0])) for i in measured])
    least = np.sqrt(2) * margin
    seen = np.flatnonzero(bad - bad[0] > least)
    ordered = bool((np.maximum.accumulate(bad) - bad <= least).all())
    if len(seen) and bad[-1] > bad[0]:
        return Detection("sees", measured[seen[0]], ordered)
    return Detection("rewards" if (bad[0] - bad > least).any() else "blind", ordered=ordered)


def badness(way: str, value: float, unchanged: float) -> float:
    """How far from the best a value is, for each way a metric may name."""
    aims = {"closer to 1": 1.0, "closer to 0.5": 0.5, "closer to floor": unchanged}
    if way in aims:
        return abs(value - aims[way])
    return {"lower": value, "higher": -value}[way]
