"""Level and instantaneous frequency of each bin over time: Engel et al. (2019), "GANSynth".

Decoding sums the phase advances, so that steady partials keep their phase and no phase is estimated.
"""

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from waveloom.audio.mel_filters import averaging_filters
from waveloom.config.checked import checked_dataclass
from waveloom.representations._framing import FrameSize, checked_tensor, frame_count, with_default_sizes
from waveloom.representations._griffin_lim import fast_griffin_lim
from waveloom.representations._level import amplify_level, level_to_magnitude, magnitude_to_level
from waveloom.representations._mel_inverse import bands_to_bins
from waveloom.representations._peak import limit_peak
from waveloom.representations._stft import clip_to_stft, shift_phase_origin, stft_to_clip

AXES = ("time", "frequency", "part")
_LENGTH_FACTOR = 2  # default frames are twice as long as those of a spectrogram


@checked_dataclass
class Config:
    """Long frames that overlap by three quarters; `bands` of the mel scale, or all n_fft / 2 bins."""

    n_fft: FrameSize = 0  # samples per frame; 0: four hops
    hop: Annotated[int, Field(ge=0)] = 0  # samples; 0: a quarter of n_fft, or some 32 ms
    range_db: Annotated[float, Field(ge=20, le=160)] = 80.0  # from a full-scale sine down to the floor
    mel: bool = False
    bands: Annotated[int, Field(ge=0)] = 0  # of the mel scale; 0: as many as bins, as in the paper
    spread_steps: Annotated[int, Field(ge=0)] = 10  # iterations of least squares from bands to bins
    griffin_lim_steps: Annotated[int, Field(ge=0)] = 4  # iterations that refine the phases when decoding


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bins, 2): level and phase advance, without the Nyquist bin."""
    config = with_default_sizes(config, rate, _LENGTH_FACTOR)
    frames = frame_count("instantaneous_frequency", samples, config.n_fft, config.hop)
    return (frames, (config.mel and config.bands) or config.n_fft // 2, 2)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, frames, bins, 2): level from -1 to +1, and phase advance per hop over pi.

    The first frame's advance is its phase at the frame's centre.
    """
    config = with_default_sizes(config, rate, _LENGTH_FACTOR)
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    filters = _filters(config, rate)
    for clip, out in zip(clips, encoded, strict=True):
        spectrum = shift_phase_origin(clip_to_stft(np.asarray(clip, np.float32), config.n_fft, config.hop))
        magnitude = np.abs(spectrum)
        # A unit phasor per bin, also where the magnitude is 0, so that the sum of the advances remains correct.
        advance = np.exp(1j * np.diff(np.angle(spectrum), axis=0, prepend=np.float32(0)))
        if filters is not None:  # a band's advance is that of its loudest bins
            magnitude, advance = magnitude @ filters, _complex_matmul(magnitude * advance, filters)
        out[..., 0] = magnitude_to_level(magnitude, config.n_fft, config.range_db)
        out[..., 1] = np.angle(advance) / np.float32(np.pi)
    return np.clip(encoded, -1, 1, out=encoded)


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bins, 2) -> (batch, samples): the phase is the cumulative sum of the advances."""
    config = with_default_sizes(config, rate, _LENGTH_FACTOR)
    checked = checked_tensor("instantaneous_frequency", tensor, shape(config, samples, rate))
    filters = _filters(config, rate)
    clips = np.empty((len(tensor), samples), np.float32)
    for one, out in zip(checked, clips, strict=True):
        magnitude, advance = level_to_magnitude(one[..., 0], config.n_fft, config.range_db), np.pi * one[..., 1]
        if filters is not None:
            advance = np.angle(_complex_matmul(magnitude * np.exp(1j * advance), filters.T))
            magnitude = bands_to_bins(magnitude, filters, config.spread_steps)
        phase = np.cumsum(advance, axis=0, dtype=np.float64)
        spectrum = shift_phase_origin((magnitude * np.exp(1j * phase)).astype(np.complex64))
        spectrum = fast_griffin_lim(spectrum, magnitude, config.n_fft, config.hop, config.griffin_lim_steps)
        out[:] = stft_to_clip(spectrum, config.n_fft, config.hop)
    return limit_peak(clips)


def amplify(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply the amplitude of (batch, frames, bins, 2) by `factor` (batch, 1, 1, 1); phase advances stay."""
    from keras import ops  # imports TensorFlow, which only training needs

    level = amplify_level(tensor[..., :1], factor, config.range_db)
    return ops.concatenate([level, tensor[..., 1:]], axis=-1)


def _filters(config: Config, rate: int) -> np.ndarray | None:
    """Mel filters (n_fft / 2, bands), or None without the mel scale."""
    return averaging_filters(config.bands or config.n_fft // 2, config.n_fft, rate) if config.mel else None


def _complex_matmul(spectrum: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Product of a complex and a real matrix, with half the arithmetic of two complex ones."""
    return spectrum.real @ matrix + 1j * (spectrum.imag @ matrix)
