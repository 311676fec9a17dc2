"""Stereo spectrogram: level and position of each frequency over time.

The position is a point in a sphere, by the Stokes parameters of polarised light (1852): the excess of left over right,
and the power that the channels share in phase and in quadrature. A point between two points is a position between them,
so networks can interpolate.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from waveloom.representations._crossfade import crossfade
from waveloom.representations._framing import checked_tensor, with_default_sizes
from waveloom.representations._level import amplify_level, floor_magnitude, level_to_magnitude, magnitude_to_level
from waveloom.representations._peak import limit_peak, limit_peak_blocks
from waveloom.representations._spectrogram import Config, spectrogram_shape
from waveloom.representations._stft import clip_to_stft

__all__ = ["Config"]

AXES = ("time", "frequency", "part")
CHANNELS = 2
_PARTS = 4  # level, left minus right, in phase, in quadrature
_CENTRE = 1e-3  # a position closer to the sphere's centre than this is panned to the middle


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bins, 4): a spectrogram whose four values are level and position."""
    return (*spectrogram_shape("stereo", config, samples, rate), _PARTS)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, 2, samples) -> (batch, frames, bins, 4): level of both channels from -1 to +1, then position.

    With power P = |L|^2 + |R|^2 the position is (|L|^2 - |R|^2, 2 Re L R*, 2 Im L R*) / P; 0 in silence.
    """
    config = with_default_sizes(config, rate)
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    for clip, out in zip(clips, encoded, strict=True):
        left, right = (clip_to_stft(np.asarray(channel, np.float32), config.n_fft, config.hop) for channel in clip)
        powers, cross = (np.abs(left) ** 2, np.abs(right) ** 2), 2 * left * np.conj(right)
        out[..., 0] = magnitude_to_level(np.sqrt(sum(powers) / 2), config.n_fft, config.range_db)
        total = sum(powers) + floor_magnitude(config.n_fft, config.range_db) ** 2
        for part, value in enumerate((powers[0] - powers[1], cross.real, cross.imag), 1):
            out[..., part] = value / total
    return encoded


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bins, 4) -> (batch, 2, samples): phases by PGHI, each channel's gain, fast Griffin-Lim."""
    from waveloom.representations._reconstruction import PhaseRetrieval, reconstruct_channels  # imports numba

    config = with_default_sizes(config, rate)
    retrieval = PhaseRetrieval.of(config)
    clips = np.empty((len(tensor), CHANNELS, samples), np.float32)
    for one, out in zip(checked_tensor("stereo", tensor, shape(config, samples, rate)), clips, strict=True):
        out[:] = reconstruct_channels(*_split(config, one), retrieval)
    return limit_peak(clips)


def stream(config: Config, windows: Iterable[np.ndarray], rate: int, seed: int) -> Iterator[np.ndarray]:
    """Cross-fade windows (frames, bins, 4) into blocks (2, samples) of one sound."""
    from waveloom.representations._reconstruction import PhaseRetrieval  # imports numba
    from waveloom.representations._stream import Target, stream_channels

    config = with_default_sizes(config, rate)
    retrieval = PhaseRetrieval.of(config)
    checked = (checked_tensor("stereo", one, (config.n_fft // 2, _PARTS)) for one in windows)
    frames = crossfade(checked, config.range_db, seed)
    yield from limit_peak_blocks(stream_channels(frames, lambda part: Target(*_split(config, part)), retrieval))


def amplify(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply the amplitude of (batch, frames, bins, 4) by `factor` (batch, 1, 1, 1); positions stay."""
    from keras import ops  # imports TensorFlow, which only training needs

    return ops.concatenate([amplify_level(tensor[..., :1], factor, config.range_db), tensor[..., 1:]], axis=-1)


def _split(config: Config, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Magnitude of both channels together (frames, bins), and complex gain of each (2, frames, bins)."""
    return level_to_magnitude(frames[..., 0], config.n_fft, config.range_db), gains(frames[..., 1:])


def gains(positions: np.ndarray) -> np.ndarray:
    """Complex gains of the left and right channel at `positions` (..., 3): complex64 (2, ...), of mean square 1.

    Their sum is real, so that reconstructed phases are those of the sum of both channels.
    """
    radius = np.linalg.norm(positions, axis=-1, keepdims=True)
    middle = np.array([0, 1, 0], np.float32)
    unit = np.where(radius > _CENTRE, positions / np.maximum(radius, _CENTRE), middle)
    difference, in_phase, quadrature = np.moveaxis(unit, -1, 0)
    delay = np.exp(-1j * np.arctan2(quadrature, in_phase))
    both = np.stack([np.sqrt(np.maximum(1 + difference, 0)) + 0j, np.sqrt(np.maximum(1 - difference, 0)) * delay])
    total = both.sum(axis=0)
    return (both * np.exp(-1j * np.angle(total))).astype(np.complex64)
