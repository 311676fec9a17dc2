"""What a number makes of growing harm: does it see it, from what strength on, and in the right order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Value = float | str  # or "not measured: ..."


@dataclass(frozen=True)
class Judgement:
    """`word`: sees, blind, rewards, or silent (says "not measured"); `first`: the number of the first strength seen.

    `ordered`: no stronger harm scores better than a weaker one by more than the margins.
    """

    word: str
    first: int = 0
    ordered: bool = True


def judge(way: str, values: Sequence[Value], margin: Value) -> Judgement:
    """LabelClassifier the scores of harm from none to most.

    `margin` (95%) is that of the unharmed set: two such sets differ by less than 1.4 times as much, mostly, and only
    more than that counts.
    """
    known = [i for i, value in enumerate(values) if isinstance(value, float)]
    if known[:1] != [0] or len(known) < 2 or not isinstance(margin, float):
        return Judgement("silent")
    bad = np.array([badness(way, float(values[i]), float(values[0])) for i in known])
    least = np.sqrt(2) * margin
    seen = np.flatnonzero(bad - bad[0] > least)
    ordered = bool((np.maximum.accumulate(bad) - bad <= least).all())
    if len(seen) and bad[-1] > bad[0]:
        return Judgement("sees", known[seen[0]], ordered)
    return Judgement("rewards" if (bad[0] - bad > least).any() else "blind", ordered=ordered)


def badness(way: str, value: float, unharmed: float) -> float:
    """How far from the best a value is, for each way a metric may name."""
    aims = {"closer to 1": 1.0, "closer to 0.5": 0.5, "closer to floor": unharmed}
    if way in aims:
        return abs(value - aims[way])
    return {"lower": value, "higher": -value}[way]
