"""Warping of the frequency or time axis: a sound becomes higher or lower, faster or slower; its length stays the same.

As in vocal tract length perturbation (Jaitly and Hinton, 2013): positions are multiplied by a factor up to a
knee, and interpolated linearly from there to the end of the axis. Each value is taken from the nearest position,
since interpolation would smooth noise. Factors have fixed steps, so that positions are the same integers wherever
they are computed.
"""

from functools import lru_cache

import numpy as np

STEP = 0.0125  # of a factor's natural logarithm: a fifth of a semitone
MAX_STEPS = 32  # in either direction: factors from 0.67 to 1.49
_KNEE = 0.6  # position of the knee as a fraction of the axis, for factors up to 1


@lru_cache(maxsize=8)
def warped_positions(count: int) -> np.ndarray:
    """Source position of each of `count` values, for steps from -MAX_STEPS on: (2 MAX_STEPS + 1, count) int32."""
    factors = np.exp(STEP * np.arange(-MAX_STEPS, MAX_STEPS + 1))[:, None]
    centres = (np.arange(count) + 0.5) / count
    knees = _KNEE * np.minimum(1 / factors, 1)
    above_knee = 1 - (1 - factors * knees) / (1 - knees) * (1 - centres)
    sources = np.where(centres < knees, factors * centres, above_knee)
    return np.clip(sources * count, 0, count - 1).astype(np.int32)
