"""Axes bent so that a sound gets higher or lower, faster or slower, and still ends where the axis does.

As Jaitly and Hinton bend frequency (2013, "Vocal Tract Length Perturbation (VTLP) Improves Speech Recognition"): up to
a knee it is multiplied by a factor, from there a line leads to the end. Each value is taken from the nearest place;
interpolation would smooth the grain of noise away. Factors go in steps, so that places are the same whole numbers
wherever they are looked up.
"""

from functools import lru_cache

import numpy as np

STEP = 0.0125  # of a factor's natural logarithm: a fifth of a semitone
MOST = 32  # steps up or down: factors from 0.67 to 1.49
_KNEE = 0.6  # of the axis


@lru_cache(maxsize=8)
def places(count: int) -> np.ndarray:
    """Where to take each of `count` values from, for every number of steps from -MOST on: (2 MOST + 1, count) int32."""
    factors = np.exp(STEP * np.arange(-MOST, MOST + 1))[:, None]
    middles = (np.arange(count) + 0.5) / count
    knees = _KNEE * np.minimum(1 / factors, 1)
    beyond = 1 - (1 - factors * knees) / (1 - knees) * (1 - middles)
    from_where = np.where(middles < knees, factors * middles, beyond)
    return np.clip(from_where * count, 0, count - 1).astype(np.int32)
