"""A clip as a pre-trained network expects it: at its rate."""

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample


def at_rate(samples: np.ndarray, rate_hz: int, wanted_hz: int) -> np.ndarray:
    """Resample (time,) from `rate_hz` to `wanted_hz`: (other time,) float32."""
    return resample(Clip(samples, rate_hz), wanted_hz).samples
