"""The clip as a few slower signals, one a band of frequencies: a pseudo-QMF bank, there and back without delay."""

from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.optimize import minimize_scalar
from scipy.signal import firwin

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.representations._peak import turn_down

ATTENUATION_DB = 80.0  # of what lies beyond a band's neighbours; more or less of it leaves a larger error


@checked_dataclass
class Config:
    """How many bands, all of one width, and how long their filters are; longer ones part the bands more sharply."""

    bands: Literal[4, 8, 16] = 4
    taps: Annotated[int, Field(ge=8, le=64, multiple_of=2)] = 12  # band samples that a filter spans


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(time, bands) = (samples / bands, bands): time first, low frequencies first, as many values as samples."""
    if samples < config.bands or samples % config.bands:
        fitting = max(samples // config.bands, 1) * config.bands
        raise InputError(
            f"Clips have {samples} samples; multiband.bands is {config.bands} and must divide them. "
            f"Set prepare.samples to {fitting} or choose another number of bands."
        )
    return (samples // config.bands, config.bands)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, time, bands), below 1 whatever the clip; a clip's end is taken to come before it."""
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    filters, loudest = bank(config.bands, config.taps)
    around = config.taps * config.bands // 2
    for clip, out in zip(np.asarray(clips, np.float32), encoded, strict=True):
        ring = np.pad(clip, (around, around), mode="wrap")
        seen = np.lib.stride_tricks.sliding_window_view(ring, filters.shape[1])[:: config.bands]
        np.matmul(seen, filters.T / loudest, out=out)
    return encoded


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, time, bands) -> (batch, samples), held within [-1, 1]: each value adds its band's filter at its time."""
    time, bands = shape(config, samples, rate)
    if tensor.shape[1:] != (time, bands):
        raise InputError(f"A batch of shape {tensor.shape} was given; multiband takes (batch, {time}, {bands}).")
    if not np.isfinite(tensor).all():
        raise InputError("The bands hold NaN or infinite values; the network that made them must be trained again.")
    filters, loudest = bank(bands, config.taps)
    whole = np.pad(filters * loudest, ((0, 0), (0, bands - 1)))  # a whole number of hops
    clips = np.empty((len(tensor), samples), np.float32)
    for values, out in zip(np.clip(tensor, -1, 1, dtype=np.float32), clips, strict=True):
        parts = (values @ whole).reshape(time, config.taps + 1, bands)
        moved = [np.roll(parts[:, part], part - config.taps // 2, axis=0) for part in range(config.taps + 1)]
        out[:] = np.sum(moved, axis=0).ravel()
    return turn_down(clips)


@lru_cache(maxsize=8)
def bank(bands: int, taps: int) -> tuple[np.ndarray, np.float32]:
    """The filters (bands, taps x bands + 1), nearly an orthonormal basis when moved by hops, and their largest L1 norm.

    Cosine modulation of one low-pass prototype: Nguyen (1994), "Near-perfect-reconstruction pseudo-QMF banks",
    equation 2. Analysis is correlation with these, synthesis a sum of them, so no delay is left. No clip within
    [-1, 1] has a band beyond the L1 norm, which is what values are a share of.
    """
    middle = np.arange(taps * bands + 1) - taps * bands / 2
    number = np.arange(bands)[:, None]
    phases = (2 * number + 1) * np.pi / (2 * bands) * middle - (-1.0) ** number * np.pi / 4
    filters = 2 * _prototype(bands, taps) * np.cos(phases)
    filters /= np.sqrt((filters**2).sum(axis=1).mean())
    return filters.astype(np.float32), np.float32(np.abs(filters).sum(axis=1).max())


def _prototype(bands: int, taps: int) -> np.ndarray:
    """A Kaiser low-pass whose cutoff is the one that comes nearest to giving every sound back.

    Lin and Vaidyanathan (1998), "A Kaiser window approach for the design of prototype filters": the autocorrelation,
    taken at multiples of twice the bands, should vanish but in its middle.
    """
    window = ("kaiser", 0.1102 * (ATTENUATION_DB - 8.7))  # Kaiser's rule

    def design(cutoff: float) -> np.ndarray:
        return firwin(taps * bands + 1, cutoff, window=window)

    def leak(cutoff: float) -> float:
        spread = np.correlate(design(cutoff), design(cutoff), "full")[taps * bands :: 2 * bands]
        return float(np.abs(spread[1:]).max() / spread[0])

    found = minimize_scalar(leak, bounds=(0.4 / bands, 0.8 / bands), method="bounded", options={"xatol": 1e-10})
    return design(found.x)
