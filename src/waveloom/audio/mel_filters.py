"""Three kinds of mel filter bank, which cannot replace each other: results depend on their exact values.

Features use librosa's filter bank; representations use triangular filters that average bins and are never empty; the
search for copies uses bands that sum whole bins.
"""

from functools import lru_cache
from typing import Any, Literal

import numpy as np


def mel(hertz: Any) -> Any:
    """Convert Hz to HTK's mel scale divided by 1127: log(1 + f / 700 Hz)."""
    return np.log1p(hertz / 700)


def librosa_filters(
    rate_hz: int, n_fft: int, n_mels: int, band_hz: tuple[float, float], htk: bool, norm: Literal["slaney"] | None
) -> np.ndarray:
    """`librosa.filters.mel` from `band_hz[0]` to `band_hz[1]`: (n_mels, n_fft // 2 + 1) float32."""
    from librosa.filters import mel as mel_filters  # takes two seconds

    low, high = band_hz
    return mel_filters(sr=rate_hz, n_fft=n_fft, n_mels=n_mels, fmin=low, fmax=high, htk=htk, norm=norm)


@lru_cache(maxsize=4)
def averaging_filters(bands: int, n_fft: int, rate_hz: int) -> np.ndarray:
    """Triangular filters whose weights sum to 1, without the Nyquist bin: (n_fft / 2, bands) float32.

    Centres are equally spaced on the mel scale from 0 to half the rate. Where bands are closer than bins, a triangle
    extends to the next bin on each side, so that no filter is empty.
    """
    edges = 700 * np.expm1(np.linspace(0, mel(rate_hz / 2), bands + 2)) / (rate_hz / n_fft)  # in bins
    below, centre, above = edges[:-2], edges[1:-1], edges[2:]
    bins = np.arange(n_fft // 2)[:, None]
    rising = 1 - (centre - bins) / np.maximum(centre - below, 1)
    falling = 1 - (bins - centre) / np.maximum(above - centre, 1)
    triangles = np.clip(np.minimum(rising, falling), 0, None)
    return (triangles / triangles.sum(axis=0)).astype(np.float32)


@lru_cache(maxsize=4)
def summing_filters(bands: int, n_fft: int, rate_hz: int, lowest_hz: float) -> np.ndarray:
    """Rectangular bands, equally wide in mel from `lowest_hz` up to Nyquist: (n_fft // 2 + 1, bands), 0 or 1."""
    bins = mel(np.fft.rfftfreq(n_fft, 1 / rate_hz))
    edges = np.linspace(mel(lowest_hz), bins[-1], bands + 1)
    band = np.clip(np.searchsorted(edges, bins, side="right") - 1, -1, bands - 1)
    return (band[:, None] == np.arange(bands)).astype(np.float32)
