"""How loud each frequency is over time, and where between two channels: a spectrogram in stereo.

Where is a point within a sphere, by the parameters that Stokes found for the polarisation of light (1852): how much
more of it is left than right, and how much of it both channels have in phase, and a quarter of a turn apart. On a line
between two such points, as networks draw it, lie places between the two.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from waveloom.representations import spectrogram
from waveloom.representations._framing import fitted, held
from waveloom.representations._lay import lay
from waveloom.representations._loudness import floor, louder_decibels, loudness, magnitude
from waveloom.representations._peak import turn_down, turn_down_along
from waveloom.representations._stft import clip_to_stft
from waveloom.representations.spectrogram import Config

__all__ = ["Config"]

AXES = ("time", "frequency", "part")
CHANNELS = 2
_PARTS = 4  # loudness, left of right, in phase, turned
_NOWHERE = 1e-3  # a point so near the centre of the sphere is in the middle of the stage


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bins, 4): a spectrogram's, and the four are loudness and place."""
    return (*spectrogram.shape(config, samples, rate), _PARTS)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, 2, samples) -> (batch, frames, bins, 4): loudness of both in dB from -1 to +1, then where, 0 in silence.

    With power P = |L|^2 + |R|^2 the place is (|L|^2 - |R|^2, 2 Re L R*, 2 Im L R*) / P.
    """
    config = fitted(config, rate)
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    for clip, out in zip(clips, encoded, strict=True):
        left, right = (clip_to_stft(np.asarray(channel, np.float32), config.n_fft, config.hop) for channel in clip)
        powers, across = (np.abs(left) ** 2, np.abs(right) ** 2), 2 * left * np.conj(right)
        out[..., 0] = loudness(np.sqrt(sum(powers) / 2), config.n_fft, config.range_db)
        heard = sum(powers) + floor(config.n_fft, config.range_db) ** 2
        for part, value in enumerate((powers[0] - powers[1], across.real, across.imag), 1):
            out[..., part] = value / heard
    return encoded


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bins, 4) -> (batch, 2, samples): phases by PGHI, turned for each channel, then Griffin-Lim."""
    from waveloom.representations._sound import channels  # numba: one second, and only for those who want sound

    config = fitted(config, rate)
    clips = np.empty((len(tensor), CHANNELS, samples), np.float32)
    for one, out in zip(held("stereo", tensor, shape(config, samples, rate)), clips, strict=True):
        out[:] = channels(*_split(config, one), config.n_fft, config.hop, config.range_db, config.griffin_lim_steps)
    return turn_down(clips)


def stream(config: Config, windows: Iterable[np.ndarray], rate: int, seed: int) -> Iterator[np.ndarray]:
    """Windows (frames, bins, 4), laid over each other -> (2, samples) some at a time, without a seam."""
    from waveloom.representations._stream import channel_blocks  # numba

    config = fitted(config, rate)

    def split(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return _split(config, frames)

    frames = lay((held("stereo", one, (config.n_fft // 2, _PARTS)) for one in windows), config.range_db, seed)
    sizes = (config.n_fft, config.hop, config.range_db, config.griffin_lim_steps)
    yield from turn_down_along(channel_blocks(frames, split, *sizes))


def louder(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply the magnitudes behind (batch, frames, bins, 4), and leave the places. factor: (batch, 1, 1, 1)."""
    from keras import ops  # TensorFlow: only for those who train

    return ops.concatenate([louder_decibels(tensor[..., :1], factor, config.range_db), tensor[..., 1:]], axis=-1)


def _split(config: Config, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Magnitudes of both channels together (frames, bins), and the gains of each (2, frames, bins)."""
    return magnitude(frames[..., 0], config.n_fft, config.range_db), gains(frames[..., 1:])


def gains(places: np.ndarray) -> np.ndarray:
    """What makes of a sound its left and right channel at `places` (..., 3): complex64, (2, ...), of mean square 1.

    The sum of both is real, so that phases belong to the middle of the stage.
    """
    size = np.linalg.norm(places, axis=-1, keepdims=True)
    middle = np.array([0, 1, 0], np.float32)
    left, along, turned = np.moveaxis(np.where(size > _NOWHERE, places / np.maximum(size, _NOWHERE), middle), -1, 0)
    late = np.exp(-1j * np.arctan2(turned, along))
    both = np.stack([np.sqrt(np.maximum(1 + left, 0)) + 0j, np.sqrt(np.maximum(1 - left, 0)) * late])
    total = both.sum(axis=0)
    return (both * np.exp(-1j * np.angle(total))).astype(np.complex64)
