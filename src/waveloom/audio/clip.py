"""The one audio type."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Clip:
    """A sound: `samples` in [-1, 1], float32, (time,) or, in stereo, (2, time), taken at `rate` Hz."""

    samples: np.ndarray
    rate: int

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return self.samples.shape[-1] / self.rate

    @property
    def peak(self) -> float:
        """The loudest sample of all, from 0 to 1."""
        return max(float(self.samples.max()), -float(self.samples.min()))

    @property
    def mixed(self) -> "Clip":
        """The mean of both channels; mono as it is."""
        return Clip(mixed(self.samples, 1), self.rate)


def mixed(sounds: np.ndarray, axes: int = 2) -> np.ndarray:
    """Mix clips (n, 2, samples) down to mono, (n, samples), which stay as they are; `axes` are those of mono."""
    return sounds if sounds.ndim == axes else sounds.mean(axis=-2)
