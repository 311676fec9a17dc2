"""Resamples a clip to the sample rate that a pre-trained network expects."""

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample


def at_rate(samples: np.ndarray, rate_hz: int, target_hz: int) -> np.ndarray:
    """Resample (time,) from `rate_hz` to `target_hz`: (other time,) float32."""
    return resample(Clip(samples, rate_hz), target_hz).samples
