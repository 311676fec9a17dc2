"""Spectra that the feature groups share, each computed once, on first use."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from waveloom.features import Features, mel
from waveloom.features.spectrum import power_spectrogram


@dataclass(frozen=True)
class Analysis:
    """Clips (n, samples) float32 at `rate_hz`, and their spectra, computed in double or single precision."""

    clips: np.ndarray
    rate_hz: int
    config: Features
    double_precision: bool = True

    @cached_property
    def power(self) -> np.ndarray:
        """Power spectrogram: (n, frames, bins) float32."""
        return power_spectrogram(self.clips, self.config, self.double_precision)

    @cached_property
    def magnitude(self) -> np.ndarray:
        """Magnitude spectrogram: (n, frames, bins) float32."""
        return np.sqrt(self.power)

    @cached_property
    def decibels(self) -> np.ndarray:
        """Mel spectrogram in dB: (n, frames, n_mels) float32."""
        return mel.power_to_mel_db(self.power, self.rate_hz, self.config)
