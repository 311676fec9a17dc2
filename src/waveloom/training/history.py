"""Thinning of the history of a long training, so that its size has a bound."""

import math
from typing import Any

MAX_ROWS = 20_000  # rows in memory; a training of at most so many steps has one row per step
RECENT_ROWS = 10_000  # of them, the last steps, which all stay
THINNED_ROWS = 2_500  # rows that stay of all earlier steps, and as many of all earlier validations


def thinned(rows: list[dict[str, Any]], best_step: int) -> list[dict[str, Any]]:
    """Keep the last `RECENT_ROWS` rows, and at most about 2 `THINNED_ROWS` of all earlier ones, evenly spaced.

    Rows with and without a validation are thinned separately, each to the steps that a power of two divides; the first
    row and that of `best_step` stay. Rows are not changed.
    """
    early, recent = rows[:-RECENT_ROWS], rows[-RECENT_ROWS:]
    validated = [row["step"] for row in early if not math.isnan(row["validation_distance"])]
    other = [row["step"] for row in early if math.isnan(row["validation_distance"])]
    selected = {rows[0]["step"], best_step, *_evenly_spaced(validated), *_evenly_spaced(other)}
    return [row for row in early if row["step"] in selected] + recent


def _evenly_spaced(steps: list[int]) -> list[int]:
    """The steps that are multiples of the smallest power of two of which at most `THINNED_ROWS` are multiples."""
    every = 1
    while len(steps) > THINNED_ROWS:
        every *= 2
        steps = [step for step in steps if step % every == 0]
    return steps
