"""The one audio type."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Clip:
    """Mono sound: `samples` in [-1, 1], float32, shape (time,), taken at `rate` Hz."""

    samples: np.ndarray
    rate: int

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return len(self.samples) / self.rate
