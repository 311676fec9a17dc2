"""Mask what is inaudible before a clip is measured: below 20 Hz, and below a level in each critical band.

Digital silence has a spectral centroid, a contrast and a flatness that an inaudible change alters a lot. So a clip is
measured together with masking noise, the same for every clip, and without frequencies below the range of hearing.
"""

from functools import lru_cache

import numpy as np
import scipy.fft

LOWEST_HZ = 20.0  # lower limit of hearing; the filter reaches 0 an octave below it
_SEED = 0


def hide_inaudible(clips: np.ndarray, rate_hz: int, floor_db: float | None) -> np.ndarray:
    """Filter clips (n, samples) below 20 Hz and add `masking_noise`: (n, samples) float32; None: leave them as is."""
    clips = np.asarray(clips, np.float32)
    if floor_db is None:
        return clips
    samples = clips.shape[1]
    noise, gain = masking_noise(samples, rate_hz, floor_db), _high_pass(samples, rate_hz)
    hidden = np.empty_like(clips)
    # Clip by clip: a transform of several at once rounds differently, and a clip must not depend on its neighbours.
    for clip, out in zip(clips, hidden, strict=True):
        np.add(scipy.fft.irfft(scipy.fft.rfft(clip) * gain, samples), noise, out=out)
    return hidden


@lru_cache(maxsize=8)
def masking_noise(samples: int, rate_hz: int, floor_db: float) -> np.ndarray:
    """Gaussian noise with an RMS of `floor_db` (dB re full scale, 1.0) in each critical band: (samples,) float32.

    The width of a critical band is the ear's equivalent rectangular bandwidth: Glasberg and Moore (1990), equation 3.
    """
    white = np.random.default_rng(_SEED).standard_normal(samples)
    bandwidth = 24.7 * (4.37e-3 * np.fft.rfftfreq(samples, 1 / rate_hz) + 1)  # Hz
    share = np.sqrt(rate_hz / 2 / bandwidth)  # white noise of RMS 1 has a band's share of half the rate in each
    noise = 10 ** (floor_db / 20) * scipy.fft.irfft(scipy.fft.rfft(white) * share, samples)
    found = noise.astype(np.float32)
    found.setflags(write=False)  # the cache gives the same array to all
    return found


@lru_cache(maxsize=8)
def _high_pass(samples: int, rate_hz: int) -> np.ndarray:
    """Gain of each frequency of a whole clip's transform: 0 up to 10 Hz, 1 from 20 Hz on, half a cosine between."""
    hertz = np.fft.rfftfreq(samples, 1 / rate_hz)
    share = np.clip(2 * hertz / LOWEST_HZ - 1, 0, 1)
    return (0.5 - 0.5 * np.cos(np.pi * share)).astype(np.float32)
