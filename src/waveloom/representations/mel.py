"""How loud each band of the mel scale is over time: few numbers, narrow where the ear is fine, wide where it is not."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.representations._framing import Frame, count_frames, fitted, held
from waveloom.representations._lay import lay
from waveloom.representations._loudness import louder_decibels, loudness, magnitude
from waveloom.representations._mel import filters, spread
from waveloom.representations._peak import turn_down, turn_down_along
from waveloom.representations._stft import clip_to_stft

AXES = ("time", "frequency")


@checked_dataclass
class Config:
    """A spectrogram of Hann windows whose bins are averaged into `bands`; what a band held apart is lost."""

    n_fft: Frame = 0  # samples a frame; 0: four hops
    hop: Annotated[int, Field(ge=0)] = 0  # samples from one frame to the next; 0: a quarter of n_fft, or some 16 ms
    bands: Annotated[int, Field(gt=0)] = 128
    range_db: Annotated[float, Field(ge=20, le=160)] = 80.0  # from a full-scale sine down to the floor
    spread_steps: Annotated[int, Field(ge=0)] = 10  # of the non-negative least squares from bands back to bins
    griffin_lim_steps: Annotated[int, Field(ge=0)] = 4  # that polish the phases on the way back


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bands) = (samples / hop, bands): time first."""
    config = fitted(config, rate)
    return (count_frames("mel", samples, config.n_fft, config.hop), config.bands)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, frames, bands): the mean magnitude of each band, in dB from -1 to +1."""
    config = fitted(config, rate)
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    matrix = filters(config.bands, config.n_fft, rate)
    for clip, out in zip(clips, encoded, strict=True):
        spectrum = np.abs(clip_to_stft(np.asarray(clip, np.float32), config.n_fft, config.hop))
        out[:] = loudness(spectrum @ matrix, config.n_fft, config.range_db)
    return encoded


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bands) -> (batch, samples): bins by least squares, then phases as for a spectrogram."""
    from waveloom.representations._sound import sound  # numba: one second, and only for those who want sound

    config = fitted(config, rate)
    values = held("mel", tensor, shape(config, samples, rate))
    matrix = filters(config.bands, config.n_fft, rate)
    clips = np.empty((len(tensor), samples), np.float32)
    for one, out in zip(values, clips, strict=True):
        bins = spread(magnitude(one, config.n_fft, config.range_db), matrix, config.spread_steps)
        out[:] = sound(bins, config.n_fft, config.hop, config.range_db, config.griffin_lim_steps)
    return turn_down(clips)


def stream(config: Config, windows: Iterable[np.ndarray], rate: int, seed: int) -> Iterator[np.ndarray]:
    """Windows (frames, bands), laid over each other -> (samples,) some at a time, without a seam."""
    from waveloom.representations._stream import sound_blocks  # numba

    config = fitted(config, rate)
    matrix, bands = filters(config.bands, config.n_fft, rate), (config.bands,)
    frames = lay((held("mel", one, bands) for one in windows), config.range_db, seed)
    found = (spread(magnitude(some, config.n_fft, config.range_db), matrix, config.spread_steps) for some in frames)
    yield from turn_down_along(sound_blocks(found, config.n_fft, config.hop, config.range_db, config.griffin_lim_steps))


def louder(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply the magnitudes behind (batch, frames, bands); silence stays silence. factor: (batch, 1, 1)."""
    return louder_decibels(tensor, factor, config.range_db)
