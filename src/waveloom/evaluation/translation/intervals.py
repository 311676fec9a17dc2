"""Confidence intervals by bootstrap over pieces: sounds of one piece are not independent."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from waveloom.evaluation.metrics import ABSENT

DRAWS = 1000
ONE_PIECE = f"{ABSENT}one piece has no spread"
NO_SOUND = f"{ABSENT}it could not be measured for any sound"
Value = float | str  # a finite number, or "not measured: ..."


@dataclass(frozen=True)
class Estimate:
    """A number, and its values for the pieces of each bootstrap draw, (draws,); NaN where a draw has no value."""

    value: float
    draws: np.ndarray

    @property
    def limits(self) -> tuple[Value, Value]:
        """The 95% percentile interval (Efron, 1979)."""
        finite = self.draws[np.isfinite(self.draws)]
        if len(finite) < DRAWS // 2:
            return ONE_PIECE, ONE_PIECE
        low, high = np.percentile(finite, [2.5, 97.5])
        return float(low), float(high)

    def relative_to(self, other: "Estimate") -> "Estimate | None":
        """The ratio to another estimate of the same pieces, draw by draw; None if the other is not above 0."""
        if not other.value > 0:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            return Estimate(self.value / other.value, self.draws / np.where(other.draws > 0, other.draws, np.nan))


class Bootstrap:
    """Random draws of pieces with replacement, the same for every number; `pieces` are all that were evaluated."""

    def __init__(self, pieces: Iterable[str], seed: int) -> None:
        self.pieces = sorted(set(pieces))
        count = len(self.pieces)
        random = np.random.default_rng([seed, count])
        drawn = random.integers(0, max(count, 1), (DRAWS, count))
        self.weights = (drawn[:, :, None] == np.arange(count)).sum(axis=1)  # (draws, pieces)
        if count < 2:
            self.weights = np.zeros((DRAWS, count), int)

    def numbers(self, pieces: Iterable[str]) -> np.ndarray:
        """The number of each piece in `pieces` of this bootstrap: (n,)."""
        return np.searchsorted(self.pieces, list(pieces))

    def mean(self, values: np.ndarray, pieces: Iterable[str]) -> Estimate:
        """The mean of `values` (n,), of which each belongs to one of `pieces`; at least one."""
        numbers, count = self.numbers(pieces), len(self.pieces)
        sums = np.bincount(numbers, values, count)
        counts = np.bincount(numbers, minlength=count)
        with np.errstate(invalid="ignore"):
            draws = (self.weights @ sums) / (self.weights @ counts)
        return Estimate(float(np.mean(values)), draws)
