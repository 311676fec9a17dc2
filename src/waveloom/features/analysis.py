"""What the groups of features share of a few clips: each is computed when it is first asked for, and only once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from waveloom.features import Features, mel
from waveloom.features.spectrum import power


@dataclass(frozen=True)
class Analysis:
    """A few clips (n, samples) float32 at `rate_hz`, and their spectra under `config`.

    `exact` spectra are computed in double precision.
    """

    clips: np.ndarray
    rate_hz: int
    config: Features
    exact: bool = True

    @cached_property
    def power(self) -> np.ndarray:
        """Power of each frequency over time: (n, frames, bins) float32."""
        return power(self.clips, self.config, self.exact)

    @cached_property
    def magnitude(self) -> np.ndarray:
        """Magnitude of each frequency over time: (n, frames, bins) float32."""
        return np.sqrt(self.power)

    @cached_property
    def decibels(self) -> np.ndarray:
        """Mel spectrum in dB over time: (n, frames, n_mels) float32."""
        return mel.decibels(self.power, self.rate_hz, self.config)
