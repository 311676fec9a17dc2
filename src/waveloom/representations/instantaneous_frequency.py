"""How loud each frequency is over time, and how fast its phase turns: Engel et al., 2019 ("GANSynth").

The way back adds the turns up, so that what sounds on and on keeps its phase without anything to be guessed.
"""

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.representations._framing import Frame, count_frames, fitted, held
from waveloom.representations._griffin_lim import consistent
from waveloom.representations._loudness import louder_decibels, loudness, magnitude
from waveloom.representations._mel import filters, spread
from waveloom.representations._peak import turn_down
from waveloom.representations._stft import clip_to_stft, shift_phase_origin, stft_to_clip

AXES = ("time", "frequency", "part")
_LONG = 2  # times the frames of a spectrogram


@checked_dataclass
class Config:
    """Long frames with three quarters of overlap; `bands` of the mel scale, or all n_fft / 2 bins as they are."""

    n_fft: Frame = 0  # samples a frame; 0: four hops
    hop: Annotated[int, Field(ge=0)] = 0  # samples from one frame to the next; 0: a quarter of n_fft, or some 32 ms
    range_db: Annotated[float, Field(ge=20, le=160)] = 80.0  # from a full-scale sine down to the floor
    mel: bool = False
    bands: Annotated[int, Field(ge=0)] = 0  # of the mel scale; 0: as many as bins, as in the paper
    spread_steps: Annotated[int, Field(ge=0)] = 10  # of the least squares from bands back to bins
    griffin_lim_steps: Annotated[int, Field(ge=0)] = 4  # that polish the phases on the way back


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bins, 2): loudness, then turns. Time first; the bin at half the rate is left out."""
    config = fitted(config, rate, _LONG)
    frames = count_frames("instantaneous_frequency", samples, config.n_fft, config.hop)
    return (frames, (config.mel and config.bands) or config.n_fft // 2, 2)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, frames, bins, 2): loudness in dB from -1 to +1, and turns in half circles a hop.

    The turn of the first frame is its phase, counted from its centre.
    """
    config = fitted(config, rate, _LONG)
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    matrix = _filters(config, rate)
    for clip, out in zip(clips, encoded, strict=True):
        spectrum = shift_phase_origin(clip_to_stft(np.asarray(clip, np.float32), config.n_fft, config.hop))
        loud = np.abs(spectrum)
        turns = np.exp(1j * np.diff(np.angle(spectrum), axis=0, prepend=np.float32(0)))  # a bin of 0 loses no phase
        if matrix is not None:  # the turns of a band are those of the loudest bins in it
            loud, turns = loud @ matrix, _blend(loud * turns, matrix)
        out[..., 0] = loudness(loud, config.n_fft, config.range_db)
        out[..., 1] = np.angle(turns) / np.float32(np.pi)
    return np.clip(encoded, -1, 1, out=encoded)


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bins, 2) -> (batch, samples): turns are summed up from the first frame's phase."""
    config = fitted(config, rate, _LONG)
    values = held("instantaneous_frequency", tensor, shape(config, samples, rate))
    matrix = _filters(config, rate)
    clips = np.empty((len(tensor), samples), np.float32)
    for one, out in zip(values, clips, strict=True):
        loud, turns = magnitude(one[..., 0], config.n_fft, config.range_db), np.pi * one[..., 1]
        if matrix is not None:
            turns = np.angle(_blend(loud * np.exp(1j * turns), matrix.T))
            loud = spread(loud, matrix, config.spread_steps)
        phase = np.cumsum(turns, axis=0, dtype=np.float64)
        spectrum = shift_phase_origin((loud * np.exp(1j * phase)).astype(np.complex64))
        spectrum = consistent(spectrum, loud, config.n_fft, config.hop, config.griffin_lim_steps)
        out[:] = stft_to_clip(spectrum, config.n_fft, config.hop)
    return turn_down(clips)


def louder(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply the magnitudes behind (batch, frames, bins, 2), and leave the turns. factor: (batch, 1, 1, 1)."""
    from keras import ops  # TensorFlow: only for those who train

    loud = louder_decibels(tensor[..., :1], factor, config.range_db)
    return ops.concatenate([loud, tensor[..., 1:]], axis=-1)


def _filters(config: Config, rate: int) -> np.ndarray | None:
    return filters(config.bands or config.n_fft // 2, config.n_fft, rate) if config.mel else None


def _blend(spectrum: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Multiply complex by real, in half the arithmetic of complex by complex."""
    return spectrum.real @ matrix + 1j * (spectrum.imag @ matrix)
