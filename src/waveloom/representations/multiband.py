"""Multiband waveform: subband signals of a pseudo-QMF filter bank, analysis and synthesis without delay."""

from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.optimize import minimize_scalar
from scipy.signal import firwin

from waveloom.audio.stft import frames
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.representations._peak import limit_peak

ATTENUATION_DB = 80.0  # stop-band attenuation; higher and lower values both increase the reconstruction error


@checked_dataclass
class Config:
    """Number of equally wide bands, and length of their filters; longer filters separate the bands more sharply."""

    bands: Literal[4, 8, 16] = 4
    taps: Annotated[int, Field(ge=8, le=64, multiple_of=2)] = 12  # filter length in samples of a band


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(time, bands) = (samples / bands, bands): lowest band first, as many values as samples."""
    if samples < config.bands or samples % config.bands:
        fitting = max(samples // config.bands, 1) * config.bands
        raise InputError(
            f"Clips have {samples} samples; multiband.bands is {config.bands} and must divide them. "
            f"Set prepare.samples to {fitting} or choose another number of bands."
        )
    return (samples // config.bands, config.bands)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, time, bands), at most 1 in magnitude; filters wrap around the ends of a clip."""
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    filters, largest_norm = filter_bank(config.bands, config.taps)
    padding = config.taps * config.bands // 2
    for clip, out in zip(np.asarray(clips, np.float32), encoded, strict=True):
        circular = np.pad(clip, (padding, padding), mode="wrap")
        np.matmul(frames(circular, filters.shape[1], config.bands), filters.T / largest_norm, out=out)
    return encoded


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, time, bands) -> (batch, samples), peak at most 1, by overlap-add of the synthesis filters."""
    time, bands = shape(config, samples, rate)
    if tensor.shape[1:] != (time, bands):
        raise InputError(f"A batch of shape {tensor.shape} was given; multiband takes (batch, {time}, {bands}).")
    if not np.isfinite(tensor).all():
        raise InputError("The bands hold NaN or infinite values; the network that made them must be trained again.")
    filters, largest_norm = filter_bank(bands, config.taps)
    padded = np.pad(filters * largest_norm, ((0, 0), (0, bands - 1)))  # to a whole number of hops
    clips = np.empty((len(tensor), samples), np.float32)
    for values, out in zip(np.clip(tensor, -1, 1, dtype=np.float32), clips, strict=True):
        parts = (values @ padded).reshape(time, config.taps + 1, bands)
        shifted = [np.roll(parts[:, part], part - config.taps // 2, axis=0) for part in range(config.taps + 1)]
        out[:] = np.sum(shifted, axis=0).ravel()
    return limit_peak(clips)


@lru_cache(maxsize=8)
def filter_bank(bands: int, taps: int) -> tuple[np.ndarray, np.float32]:
    """Filters (bands, taps x bands + 1), nearly an orthonormal basis when shifted by hops; and their largest L1 norm.

    Cosine modulation of one low-pass prototype: Nguyen (1994), "Near-perfect-reconstruction pseudo-QMF banks",
    equation 2. Analysis correlates with the filters and synthesis sums them, so that there is no delay. The L1 norm
    bounds the band signals of a clip in [-1, 1]; encoded values are divided by it.
    """
    time = np.arange(taps * bands + 1) - taps * bands / 2
    number = np.arange(bands)[:, None]
    phases = (2 * number + 1) * np.pi / (2 * bands) * time - (-1.0) ** number * np.pi / 4
    filters = 2 * _prototype(bands, taps) * np.cos(phases)
    filters /= np.sqrt((filters**2).sum(axis=1).mean())
    return filters.astype(np.float32), np.float32(np.abs(filters).sum(axis=1).max())


def _prototype(bands: int, taps: int) -> np.ndarray:
    """Kaiser low-pass prototype with the cutoff of the smallest reconstruction error.

    Lin and Vaidyanathan (1998), "A Kaiser window approach for the design of prototype filters": the autocorrelation at
    multiples of twice the number of bands should vanish except at lag 0.
    """
    window = ("kaiser", 0.1102 * (ATTENUATION_DB - 8.7))  # Kaiser's rule

    def design(cutoff: float) -> np.ndarray:
        return firwin(taps * bands + 1, cutoff, window=window)

    def error(cutoff: float) -> float:
        correlation = np.correlate(design(cutoff), design(cutoff), "full")[taps * bands :: 2 * bands]
        return float(np.abs(correlation[1:]).max() / correlation[0])

    best = minimize_scalar(error, bounds=(0.4 / bands, 0.8 / bands), method="bounded", options={"xatol": 1e-10})
    return design(best.x)
