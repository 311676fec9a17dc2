"""Masking of inaudible sound before features are measured: below 20 Hz, and below a level in each critical band.

In digital silence, inaudible changes strongly alter the spectral centroid, contrast and flatness. So features are
measured after a high-pass filter, with the same masking noise added to every clip.
"""

from functools import lru_cache

import numpy as np
import scipy.fft

LOWEST_HZ = 20.0  # lower limit of hearing; the filter gain is 0 an octave below
_SEED = 0


def mask_inaudible(clips: np.ndarray, rate_hz: int, floor_db: float | None) -> np.ndarray:
    """High-pass clips (n, samples) at 20 Hz and add `masking_noise`: (n, samples) float32; None: no change."""
    clips = np.asarray(clips, np.float32)
    if floor_db is None:
        return clips
    samples = clips.shape[1]
    noise, gain = masking_noise(samples, rate_hz, floor_db), _high_pass(samples, rate_hz)
    masked = np.empty_like(clips)
    # One clip at a time: an FFT of several clips rounds differently, and a clip must not depend on the others.
    for clip, out in zip(clips, masked, strict=True):
        np.add(scipy.fft.irfft(scipy.fft.rfft(clip) * gain, samples), noise, out=out)
    return masked


@lru_cache(maxsize=8)
def masking_noise(samples: int, rate_hz: int, floor_db: float) -> np.ndarray:
    """Gaussian noise with an RMS of `floor_db` (dB re full scale, 1.0) in each critical band: (samples,) float32.

    The width of a critical band is the equivalent rectangular bandwidth: Glasberg and Moore (1990), equation 3.
    """
    white = np.random.default_rng(_SEED).standard_normal(samples)
    bandwidth = 24.7 * (4.37e-3 * np.fft.rfftfreq(samples, 1 / rate_hz) + 1)  # Hz
    gain = np.sqrt(rate_hz / 2 / bandwidth)  # so that the power in each band is equal
    noise = 10 ** (floor_db / 20) * scipy.fft.irfft(scipy.fft.rfft(white) * gain, samples)
    noise = noise.astype(np.float32)
    noise.setflags(write=False)  # the cache returns the same array to every caller
    return noise


@lru_cache(maxsize=8)
def _high_pass(samples: int, rate_hz: int) -> np.ndarray:
    """Gain of each bin of a whole clip: 0 up to 10 Hz, 1 from 20 Hz, a raised cosine between."""
    hertz = np.fft.rfftfreq(samples, 1 / rate_hz)
    share = np.clip(2 * hertz / LOWEST_HZ - 1, 0, 1)
    return (0.5 - 0.5 * np.cos(np.pi * share)).astype(np.float32)
