"""From a magnitude spectrum to the clip that comes near it. Importing this imports numba: one second.

In stereo both channels have the phases found for the whole, each turned and made louder or fainter by its own gain.
"""

import numpy as np

from waveloom.representations._griffin_lim import consistent
from waveloom.representations._phase import phase
from waveloom.representations._stft import shift_phase_origin, stft_to_clip

MONO = np.ones((1, 1, 1), np.float32)  # the only channel's gain


def sound(magnitude: np.ndarray, n_fft: int, hop: int, range_db: float, steps: int) -> np.ndarray:
    """(frames, n_fft / 2) -> (samples,): phases by PGHI, then `steps` of fast Griffin-Lim."""
    return channels(magnitude, MONO, n_fft, hop, range_db, steps)[0]


def channels(magnitude: np.ndarray, gains: np.ndarray, n_fft: int, hop: int, range_db: float, steps: int) -> np.ndarray:
    """(frames, n_fft / 2) and complex gains of each channel (channels, frames, n_fft / 2) -> (channels, samples)."""
    angles = phase(magnitude, n_fft, hop, range_db)
    spectrum = shift_phase_origin(magnitude * (np.cos(angles) + 1j * np.sin(angles)))
    found = (consistent(spectrum * gain, magnitude * np.abs(gain), n_fft, hop, steps) for gain in gains)
    return np.stack([stft_to_clip(one, n_fft, hop) for one in found])
