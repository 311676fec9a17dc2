"""A sound and everything that was measured on it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Sound:
    """A mono sound, `samples` (time,) float32 in [-1, 1] at `rate_hz`, with a cache of its measurements."""

    samples: np.ndarray
    rate_hz: int
    _cache: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def rms(self) -> float:
        """Root mean square of the samples."""
        return float(np.sqrt(np.mean(np.square(self.samples, dtype=np.float64)))) if len(self.samples) else 0.0

    def measured(self, measure: Callable[["Sound"], Result]) -> Result:
        """The result of `measure` for this sound, computed once; the function is the key of the cache."""
        if measure not in self._cache:
            self._cache[measure] = measure(self)
        return self._cache[measure]

    def forget(self) -> None:
        """Drop all measurements, to save memory."""
        self._cache.clear()

    def at_level_of(self, other: "Sound") -> "Sound":
        """Scale to the RMS level of `other`; samples may then exceed full scale. Silence stays silent."""
        if not self.rms or not other.rms:
            return self
        return Sound((self.samples * (other.rms / self.rms)).astype(np.float32), self.rate_hz)

    def fitted_to(self, length: int) -> "Sound":
        """Cut or pad with silence at the end to `length` samples."""
        if len(self.samples) == length:
            return self
        return Sound(np.pad(self.samples[:length], (0, max(length - len(self.samples), 0))), self.rate_hz)
