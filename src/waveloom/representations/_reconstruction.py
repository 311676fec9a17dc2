"""Waveform from magnitudes: phases by PGHI, then fast Griffin-Lim. Importing this file imports numba: one second.

In stereo both channels start from the phases of their sum, multiplied by each channel's complex gain.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from waveloom.representations._griffin_lim import fast_griffin_lim
from waveloom.representations._phase import phase_from_magnitude
from waveloom.representations._stft import shift_phase_origin, stft_to_clip

MONO_GAIN = np.ones((1, 1, 1), np.float32)


@dataclass(frozen=True)
class PhaseRetrieval:
    """Frame size and hop in samples, dynamic range of the phases in dB, and iterations of fast Griffin-Lim."""

    n_fft: int
    hop: int
    range_db: float
    griffin_lim_steps: int

    @classmethod
    def of(cls, config: Any) -> "PhaseRetrieval":
        """Read the fields from a representation's config, which must have its default sizes filled in."""
        return cls(config.n_fft, config.hop, config.range_db, config.griffin_lim_steps)

    def initial(self, magnitude: np.ndarray, first: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
        """Spectrum (frames, bins) of `magnitude` with the phases of PGHI; `first` and `seed` as in `_phase`."""
        angles = phase_from_magnitude(magnitude, self.n_fft, self.hop, self.range_db, first, seed)
        return shift_phase_origin(magnitude * (np.cos(angles) + 1j * np.sin(angles)))

    def refined(self, spectrum: np.ndarray, magnitude: np.ndarray, fixed: int = 0) -> np.ndarray:
        """Spectrum (frames, bins) after fast Griffin-Lim, the first `fixed` frames unchanged."""
        return fast_griffin_lim(spectrum, magnitude, self.n_fft, self.hop, self.griffin_lim_steps, fixed)

    def clip(self, spectrum: np.ndarray) -> np.ndarray:
        """Waveform (samples,) of a spectrum (frames, bins)."""
        return stft_to_clip(spectrum, self.n_fft, self.hop)


def reconstruct(magnitude: np.ndarray, retrieval: PhaseRetrieval) -> np.ndarray:
    """(frames, n_fft / 2) -> (samples,)."""
    return reconstruct_channels(magnitude, MONO_GAIN, retrieval)[0]


def reconstruct_channels(magnitude: np.ndarray, gains: np.ndarray, retrieval: PhaseRetrieval) -> np.ndarray:
    """(frames, n_fft / 2) and complex gains (channels, frames, n_fft / 2) -> (channels, samples)."""
    spectrum = retrieval.initial(magnitude)
    channels = (retrieval.refined(spectrum * gain, magnitude * np.abs(gain)) for gain in gains)
    return np.stack([retrieval.clip(channel) for channel in channels])
