"""From a magnitude spectrum to the clip that comes near it. Importing this imports numba: one second."""

import numpy as np

from waveloom.representations._griffin_lim import consistent
from waveloom.representations._phase import phase
from waveloom.representations._stft import synthesise, to_start


def sound(magnitude: np.ndarray, n_fft: int, hop: int, range_db: float, steps: int) -> np.ndarray:
    """(frames, n_fft / 2) -> (samples,): phases by PGHI, then `steps` of fast Griffin-Lim."""
    angles = phase(magnitude, n_fft, hop, range_db)
    spectrum = to_start(magnitude * (np.cos(angles) + 1j * np.sin(angles)))
    return synthesise(consistent(spectrum, magnitude, n_fft, hop, steps), n_fft, hop)
