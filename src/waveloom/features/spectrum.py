"""Clips cut into overlapping frames, and the power spectrum of each."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from waveloom.audio.stft import frames as cut_frames
from waveloom.audio.stft import hann, spectra
from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.floor import hide_inaudible

# Few enough that what is computed of them stays in a core's cache, and of long clips in memory; with eight times as
# many at once each takes 1.4 times as long.
_CHUNK_SAMPLES = 1 << 17
_BLOCK_FRAMES = 32


def clips_at_once(samples: int) -> int:
    """Say how many clips of so many samples are worked on together."""
    return max(_CHUNK_SAMPLES // samples, 1)


def in_chunks(clips: np.ndarray, rate_hz: int, config: Features) -> Iterator[np.ndarray]:
    """Cut (n, samples) into runs of a few clips, ready to be measured: checked, and with what is inaudible masked.

    Every clip that is analysed comes through here; see `floor`.
    """
    if clips.ndim != 2 or clips.shape[1] == 0:
        raise InputError(f"Clips have shape {clips.shape}; features need (clips, samples) with at least one sample.")
    if not np.isfinite(clips).all():
        raise InputError("Clips hold NaN or infinite samples; features need finite ones. Repair or drop these clips.")
    size = clips_at_once(clips.shape[1])
    for start in range(0, len(clips), size):
        yield hide_inaudible(clips[start : start + size], rate_hz, config.floor_db)


def frames(clips: np.ndarray, config: Features) -> np.ndarray:
    """Frames of every `hop`-th sample: (n, samples) -> view (n, frames, n_fft).

    Centred ones have silence around the clip; others begin at their sample, and a clip that is shorter than one frame
    is followed by silence.
    """
    return _sliding(np.pad(clips, ((0, 0), padding(clips.shape[1], config))), config)


def padding(samples: int, config: Features) -> tuple[int, int]:
    """How many samples are put before and after a clip of `samples`."""
    half = config.n_fft // 2
    return (half, half) if config.centre else (0, max(config.n_fft - samples, 0))


def window(name: str, length: int) -> np.ndarray:
    """A window by its name, periodic as spectra want it: (length,) float64."""
    if name == "hann":  # the default needs no scipy.signal, which takes a second to import
        return hann(length, np.float64)
    from scipy.signal import get_window

    return get_window(name, length)


def power(clips: np.ndarray, config: Features, exact: bool = False) -> np.ndarray:
    """Power of each frequency in each frame: (n, samples) -> (n, frames, n_fft // 2 + 1) float32.

    `exact` computes in double precision, which takes 1.7 times as long and tells what is 140 dB below the peak.
    """
    dtype = np.dtype(np.float64 if exact else np.float32)
    weights = _fitted_window(config.window, config.window_samples or config.n_fft, config.n_fft, dtype)
    # A few frames at a time, and in the same memory, so that they and their spectra fit the cache.
    before, after = padding(clips.shape[1], config)
    sound = np.zeros(before + clips.shape[1] + after, dtype)
    framed = _sliding(sound, config)
    windowed = np.empty((_BLOCK_FRAMES, config.n_fft), dtype)
    powers = np.empty((len(clips), len(framed), config.n_fft // 2 + 1), np.float32)
    for clip, out in zip(clips, powers, strict=True):
        sound[before : before + len(clip)] = clip
        for first in range(0, len(framed), _BLOCK_FRAMES):
            block = framed[first : first + _BLOCK_FRAMES]
            parts = spectra(block, weights, out=windowed[: len(block)]).view(dtype)
            parts *= parts
            np.add(parts[:, ::2], parts[:, 1::2], out=out[first : first + len(block)], casting="same_kind")
    return powers


def _sliding(sound: np.ndarray, config: Features) -> np.ndarray:
    return cut_frames(sound, config.n_fft, config.hop)


@lru_cache(maxsize=4)
def _fitted_window(name: str, length: int, n_fft: int, dtype: np.dtype) -> np.ndarray:
    if length > n_fft:
        raise InputError(f"features.window_samples is {length}, but n_fft is {n_fft}; a window must fit its frame.")
    before = (n_fft - length) // 2
    return np.pad(window(name, length), (before, n_fft - length - before)).astype(dtype)
