"""Mel spectrogram: level of each mel band over time; bins and phases are reconstructed when decoding."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from waveloom.audio.mel_filters import averaging_filters
from waveloom.config.checked import checked_dataclass
from waveloom.representations._crossfade import crossfade
from waveloom.representations._framing import FrameSize, checked_tensor, frame_count, with_default_sizes
from waveloom.representations._level import amplify_level, level_to_magnitude, magnitude_to_level
from waveloom.representations._mel_inverse import bands_to_bins
from waveloom.representations._peak import limit_peak, limit_peak_blocks
from waveloom.representations._stft import clip_to_stft

AXES = ("time", "frequency")


@checked_dataclass
class Config:
    """A Hann-window STFT whose bins are averaged into mel bands; differences within a band are lost."""

    n_fft: FrameSize = 0  # samples per frame; 0: four hops
    hop: Annotated[int, Field(ge=0)] = 0  # samples; 0: a quarter of n_fft, or some 16 ms
    bands: Annotated[int, Field(gt=0)] = 128
    range_db: Annotated[float, Field(ge=20, le=160)] = 80.0  # from a full-scale sine down to the floor
    spread_steps: Annotated[int, Field(ge=0)] = 10  # iterations of non-negative least squares from bands to bins
    griffin_lim_steps: Annotated[int, Field(ge=0)] = 4  # iterations that refine the phases when decoding


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bands) = (samples / hop, bands)."""
    config = with_default_sizes(config, rate)
    return (frame_count("mel", samples, config.n_fft, config.hop), config.bands)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, frames, bands): level of each band's mean magnitude, from -1 to +1."""
    config = with_default_sizes(config, rate)
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    filters = averaging_filters(config.bands, config.n_fft, rate)
    for clip, out in zip(clips, encoded, strict=True):
        magnitude = np.abs(clip_to_stft(np.asarray(clip, np.float32), config.n_fft, config.hop))
        out[:] = magnitude_to_level(magnitude @ filters, config.n_fft, config.range_db)
    return encoded


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bands) -> (batch, samples): bins by least squares, then phases as for a spectrogram."""
    from waveloom.representations._reconstruction import PhaseRetrieval, reconstruct  # imports numba: one second

    config = with_default_sizes(config, rate)
    levels = checked_tensor("mel", tensor, shape(config, samples, rate))
    retrieval = PhaseRetrieval.of(config)
    clips = np.empty((len(tensor), samples), np.float32)
    for level, out in zip(levels, clips, strict=True):
        out[:] = reconstruct(_bins(config, level, rate), retrieval)
    return limit_peak(clips)


def stream(config: Config, windows: Iterable[np.ndarray], rate: int, seed: int) -> Iterator[np.ndarray]:
    """Cross-fade windows (frames, bands) into blocks (samples,) of one sound."""
    from waveloom.representations._reconstruction import PhaseRetrieval  # imports numba
    from waveloom.representations._stream import stream_mono

    config = with_default_sizes(config, rate)
    retrieval = PhaseRetrieval.of(config)
    levels = crossfade((checked_tensor("mel", one, (config.bands,)) for one in windows), config.range_db, seed)
    magnitudes = (_bins(config, part, rate) for part in levels)
    yield from limit_peak_blocks(stream_mono(magnitudes, retrieval))


def amplify(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply the amplitude of (batch, frames, bands) by `factor` (batch, 1, 1); silence stays silent."""
    return amplify_level(tensor, factor, config.range_db)


def _bins(config: Config, levels: np.ndarray, rate: int) -> np.ndarray:
    """Estimate magnitudes (frames, n_fft / 2) from levels (frames, bands)."""
    filters = averaging_filters(config.bands, config.n_fft, rate)
    return bands_to_bins(level_to_magnitude(levels, config.n_fft, config.range_db), filters, config.spread_steps)
