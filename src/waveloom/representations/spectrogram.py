"""Spectrogram: STFT magnitudes in decibels over time; phases are reconstructed when decoding."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from waveloom.representations._analysis import spectra
from waveloom.representations._crossfade import crossfade
from waveloom.representations._framing import checked_tensor, with_default_sizes
from waveloom.representations._level import (
    amplify_level,
    level_to_magnitude,
    magnitude_to_level,
)
from waveloom.representations._peak import limit_peak, limit_peak_blocks
from waveloom.representations._spectrogram import Config, spectrogram_shape
from waveloom.representations._stft import clip_to_stft

__all__ = ["Config"]

Part = tuple[np.ndarray, np.ndarray, np.ndarray]

AXES = ("time", "frequency")


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bins) = (samples / hop, n_fft / 2), without the Nyquist bin."""
    return spectrogram_shape("spectrogram", config, samples, rate)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, frames, bins): -1 is silence, +1 a full-scale sine, linear in dB between."""
    config = with_default_sizes(config, rate)
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    for clip, out in zip(clips, encoded, strict=True):
        spectrum = clip_to_stft(np.asarray(clip, np.float32), config.n_fft, config.hop)
        out[:] = magnitude_to_level(np.abs(spectrum), config.n_fft, config.range_db)
    return encoded


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bins) -> (batch, samples): phases by PGHI, then fast Griffin-Lim."""
    from waveloom.representations._reconstruction import PhaseRetrieval, reconstruct  # imports numba: one second

    config = with_default_sizes(config, rate)
    levels = checked_tensor("spectrogram", tensor, shape(config, samples, rate))
    retrieval = PhaseRetrieval.of(config)
    clips = np.empty((len(tensor), samples), np.float32)
    for level, out in zip(levels, clips, strict=True):
        out[:] = reconstruct(level_to_magnitude(level, config.n_fft, config.range_db), retrieval)
    return limit_peak(clips)


def stream(config: Config, windows: Iterable[np.ndarray], rate: int, seed: int) -> Iterator[np.ndarray]:
    """Cross-fade windows (frames, bins) into blocks (samples,) of one sound."""
    from waveloom.representations._reconstruction import PhaseRetrieval  # imports numba
    from waveloom.representations._stream import stream_mono

    config = with_default_sizes(config, rate)
    bins = (config.n_fft // 2,)
    retrieval = PhaseRetrieval.of(config)
    levels = crossfade((checked_tensor("spectrogram", one, bins) for one in windows), config.range_db, seed)
    magnitudes = (level_to_magnitude(part, config.n_fft, config.range_db) for part in levels)
    yield from limit_peak_blocks(stream_mono(magnitudes, retrieval))


def analyse(config: Config, blocks: Iterable[np.ndarray], rate: int) -> Iterator[np.ndarray]:
    """STFT of blocks (channels, any) of one sound: parts (any, channels, bins) complex64, silence around the sound."""
    config = with_default_sizes(config, rate)
    return spectra(blocks, config.n_fft, config.hop)


def levels(config: Config, source: np.ndarray, rate: int) -> np.ndarray:
    """Levels in [-1, 1] of an STFT, of the same shape."""
    config = with_default_sizes(config, rate)
    return magnitude_to_level(np.abs(source), config.n_fft, config.range_db)


def magnitudes(config: Config, levels: np.ndarray, rate: int) -> np.ndarray:
    """STFT magnitudes of levels in [-1, 1], of the same shape."""
    config = with_default_sizes(config, rate)
    return level_to_magnitude(levels, config.n_fft, config.range_db)


def resynthesise(config: Config, parts: Iterable[Part], rate: int, seed: int) -> Iterator[np.ndarray]:
    """Blocks (channels, any) of one sound from parts: a source's STFT and new levels (n, channels, bins), gains (n,).

    The channels keep their differences of phase. The last block extends beyond the last frame.
    """
    from waveloom.representations import _resynthesis  # imports numba
    from waveloom.representations._reconstruction import PhaseRetrieval

    config = with_default_sizes(config, rate)
    frames = (_resynthesis.Part(*part) for part in parts)
    return _resynthesis.resynthesise(frames, PhaseRetrieval.of(config), seed)


def amplify(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply the amplitude of (batch, frames, bins) by `factor` (batch, 1, 1); silence stays silent."""
    return amplify_level(tensor, factor, config.range_db)
