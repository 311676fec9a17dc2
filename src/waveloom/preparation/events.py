"""Where short sounds, such as clicks, are in a recording that holds many of them."""

import numpy as np


def events(samples: np.ndarray, below_db: float, apart: int) -> list[int]:
    """Find the loudest samples that are at least `apart` from each other and less than `below_db` below the loudest.

    In order of time; of an audible sound at least one. Of two that are too near, the louder stays.
    """
    from scipy.signal import find_peaks  # a second, and only for those who look for events

    loudness = np.abs(samples)
    least = loudness.max(initial=0) * 10 ** (-below_db / 20)
    found, _ = find_peaks(np.pad(loudness, 1), height=least, distance=max(apart, 1))  # padded: an end may be a peak
    return [int(place) for place in found - 1]
