"""What a translation did to a sound, measured while it is made."""

from typing import NamedTuple

import numpy as np

_WORDS = ((1.0, "unchanged"), (4.0, "slightly changed"), (8.0, "clearly changed"))  # below so many dB


class Outcome(NamedTuple):
    """`change_db`: mean log-spectral difference of sounding frames between source and translation.

    `bandwidth_hz` is the highest frequency of the translation; `atypical` is how unlike the training sounds the source
    is, 1 at the limit of the usual, or None if the model does not know.
    """

    change_db: float
    bandwidth_hz: float
    atypical: float | None = None

    @property
    def change(self) -> str:
        """The difference in words."""
        return next((word for limit, word in _WORDS if self.change_db < limit), "strongly changed")


class ChangeMeter:
    """Mean over frames of the root mean square over bins of the difference of levels, in dB."""

    def __init__(self, range_db: float) -> None:
        self._range_db, self._total, self._frames = range_db, 0.0, 0

    def add(self, before: np.ndarray, after: np.ndarray) -> None:
        """Measure the levels (n, bins) of sounding frames."""
        distances = np.sqrt(np.square(after - before).mean(axis=1)) * (self._range_db / 2)
        self._total, self._frames = self._total + float(distances.sum()), self._frames + len(distances)

    @property
    def mean_db(self) -> float:
        """The mean so far; 0 without sounding frames."""
        return self._total / max(self._frames, 1)
