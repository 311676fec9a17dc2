"""What a translation did to a sound, measured while it is made."""

from typing import Any, NamedTuple

import numpy as np

from waveloom.models.source_range import atypicality, clip_vectors

_WORDS = ((1.0, "unchanged"), (4.0, "slightly changed"), (8.0, "clearly changed"))  # below so many dB


class Outcome(NamedTuple):
    """`change_db`: mean log-spectral difference of sounding frames between source and translation.

    `bandwidth_hz` is the highest frequency of the translation; `atypicality` says how unlike the training sounds the
    source is, 1 at the limit of the typical, or None if the model does not know.
    """

    change_db: float
    bandwidth_hz: float
    atypicality: float | None = None

    @property
    def change(self) -> str:
        """The difference in words."""
        return next((word for limit, word in _WORDS if self.change_db < limit), "strongly changed")

    @property
    def warning(self) -> str:
        """A sentence if the source is unlike everything that the model was trained on; else empty."""
        if self.atypicality is None or self.atypicality <= 1:
            return ""
        return (
            f"this sound is unlike those that the translator was trained on ({self.atypicality:.1f} times the limit of "
            "the typical), so the result may be poor"
        )


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


class RangeMeter:
    """How unlike the training sounds a source is: the median over its clips, 1 at the limit of the typical.

    `statistics` are those of `models.source_range`, empty if the model has none; `frames` is the length of a clip.
    """

    def __init__(self, statistics: dict[str, Any], frames: int, rate_hz: int, range_db: float) -> None:
        self._statistics, self._frames, self._rate_hz, self._range_db = statistics, frames, rate_hz, range_db
        self._waiting: list[np.ndarray] = []
        self._values: list[np.ndarray] = []

    def add(self, levels: np.ndarray) -> None:
        """Measure the next levels (n, bins) of the source."""
        if not self._statistics:
            return
        waiting = np.concatenate([*self._waiting, levels])
        whole = len(waiting) // self._frames * self._frames
        self._measure(waiting[:whole].reshape(-1, self._frames, levels.shape[1]))
        self._waiting = [waiting[whole:]]

    @property
    def median(self) -> float | None:
        """The median so far; None if nothing could be measured. A sound of half a clip or more is one clip."""
        if not self._values and self._waiting and len(self._waiting[0]) >= self._frames / 2:
            self._measure(self._waiting[0][None])
        values = np.concatenate(self._values) if self._values else np.zeros(0)
        return float(np.median(values)) if len(values) else None

    def _measure(self, clips: np.ndarray) -> None:
        vectors = clip_vectors(clips, self._rate_hz, self._range_db)
        if len(vectors := vectors[~np.isnan(vectors).any(axis=1)]):
            self._values.append(atypicality(self._statistics, vectors))


class Meters(NamedTuple):
    """What is measured of one translation."""

    change: ChangeMeter
    range: RangeMeter
