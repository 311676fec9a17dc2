"""How loud each frequency is over time, on a decibel scale; the way back finds the phases that fit."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.representations._framing import Frame, count_frames, fitted, held
from waveloom.representations._lay import lay
from waveloom.representations._loudness import louder_decibels, loudness, magnitude
from waveloom.representations._peak import turn_down, turn_down_along
from waveloom.representations._stft import clip_to_stft

AXES = ("time", "frequency")


@checked_dataclass
class Config:
    """A short-time Fourier transform with a Hann window; at fewer than four hops a frame, phases come back poorly."""

    n_fft: Frame = 0  # samples a frame; 0: four hops
    hop: Annotated[int, Field(ge=0)] = 0  # samples from one frame to the next; 0: a quarter of n_fft, or some 16 ms
    range_db: Annotated[float, Field(ge=20, le=160)] = 80.0  # from a full-scale sine down to the floor
    griffin_lim_steps: Annotated[int, Field(ge=0)] = 4  # that polish the phases on the way back


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bins) = (samples / hop, n_fft / 2): time first; the bin at half the rate is left out."""
    config = fitted(config, rate)
    return (count_frames("spectrogram", samples, config.n_fft, config.hop), config.n_fft // 2)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, frames, bins): -1 is silence, +1 a full-scale sine, linear in dB between."""
    config = fitted(config, rate)
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    for clip, out in zip(clips, encoded, strict=True):
        spectrum = clip_to_stft(np.asarray(clip, np.float32), config.n_fft, config.hop)
        out[:] = loudness(np.abs(spectrum), config.n_fft, config.range_db)
    return encoded


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bins) -> (batch, samples): phases by PGHI, then a few steps of fast Griffin-Lim."""
    from waveloom.representations._sound import sound  # numba: one second, and only for those who want sound

    config = fitted(config, rate)
    values = held("spectrogram", tensor, shape(config, samples, rate))
    clips = np.empty((len(tensor), samples), np.float32)
    for one, out in zip(values, clips, strict=True):
        found = magnitude(one, config.n_fft, config.range_db)
        out[:] = sound(found, config.n_fft, config.hop, config.range_db, config.griffin_lim_steps)
    return turn_down(clips)


def stream(config: Config, windows: Iterable[np.ndarray], rate: int, seed: int) -> Iterator[np.ndarray]:
    """Windows (frames, bins), laid over each other -> (samples,) some at a time, without a seam."""
    from waveloom.representations._stream import sound_blocks  # numba

    config = fitted(config, rate)
    shape = (config.n_fft // 2,)
    frames = lay((held("spectrogram", one, shape) for one in windows), config.range_db, seed)
    found = (magnitude(some, config.n_fft, config.range_db) for some in frames)
    yield from turn_down_along(sound_blocks(found, config.n_fft, config.hop, config.range_db, config.griffin_lim_steps))


def louder(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply the magnitudes behind (batch, frames, bins); silence stays silence. factor: (batch, 1, 1)."""
    return louder_decibels(tensor, factor, config.range_db)
