"""Detection of short sounds, such as clicks, in a recording that holds many of them."""

import numpy as np


def event_peaks(samples: np.ndarray, below_db: float, min_distance: int) -> list[int]:
    """Find peaks at least `min_distance` samples apart and less than `below_db` below the loudest, in order of time.

    An audible sound has at least one. Of two peaks that are too close, the louder is used.
    """
    from scipy.signal import find_peaks  # takes a second to import, and only `frames: events` needs it

    magnitude = np.abs(samples)
    height = magnitude.max(initial=0) * 10 ** (-below_db / 20)
    # Padded, since the first or last sample may be a peak.
    peaks, _ = find_peaks(np.pad(magnitude, 1), height=height, distance=max(min_distance, 1))
    return [int(peak) for peak in peaks - 1]
