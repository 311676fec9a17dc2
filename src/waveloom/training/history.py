"""Thinning of the history of a long training, so that its size is limited."""

import math
from typing import Any

MAX_ROWS = 20_000  # in memory; a training of at most this many steps keeps one row per step
RECENT_ROWS = 10_000  # rows of the last steps, which are never removed
THINNED_ROWS = 2_500  # earlier rows that are kept: this many with a validation, and this many without


def thinned(rows: list[dict[str, Any]], best_step: int) -> list[dict[str, Any]]:
    """Keep the last `RECENT_ROWS` rows, and at most about 2 `THINNED_ROWS` of all earlier ones, evenly spaced.

    Rows with and without a validation are thinned separately, each to the multiples of a power of two; the first row
    and that of `best_step` are kept. Rows are not changed.
    """
    early, recent = rows[:-RECENT_ROWS], rows[-RECENT_ROWS:]
    validated = [row["step"] for row in early if not math.isnan(row["validation_distance"])]
    not_validated = [row["step"] for row in early if math.isnan(row["validation_distance"])]
    selected = {rows[0]["step"], best_step, *_evenly_spaced(validated), *_evenly_spaced(not_validated)}
    return [row for row in early if row["step"] in selected] + recent


def _evenly_spaced(steps: list[int]) -> list[int]:
    """The steps that are multiples of the smallest power of two of which at most `THINNED_ROWS` are multiples."""
    interval = 1
    while len(steps) > THINNED_ROWS:
        interval *= 2
        steps = [step for step in steps if step % interval == 0]
    return steps
