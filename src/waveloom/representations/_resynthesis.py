"""Sound with the magnitudes of a translation and, where these are close to the source's, its phases.

Importing this file imports numba.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from waveloom.representations._level import combined_magnitude, floor_magnitude, level_to_magnitude
from waveloom.representations._reconstruction import MONO_GAIN, PhaseRetrieval
from waveloom.representations._stft import shift_phase_origin
from waveloom.representations._stream import Target, stream_channels

KEPT_DB = 6.0  # a bin whose magnitude changes by less keeps the phase of the source
_BLOCK = 128  # frames
_CANCELLED = 1e-3  # of the channels' magnitude: where their mean is below, the phase is the first channel's
_TINY = np.float32(1e-12)


class Part(NamedTuple):
    """Frames of a translation: the source's STFT and new levels, (n, channels, bins) both, and gains (n,)."""

    source: np.ndarray
    levels: np.ndarray
    gains: np.ndarray


def resynthesise(parts: Iterable[Part], retrieval: PhaseRetrieval, seed: int) -> Iterator[np.ndarray]:
    """Blocks (channels, samples) of one sound with the levels of the parts, times their gains.

    Phases are found once, for the sum of the channels; the differences between the phases of channels are the source's.
    The first block begins with the first frame's hop, and the last one extends beyond the last frame.
    """
    floor = floor_magnitude(retrieval.n_fft, retrieval.range_db)
    rows = (_row(part, retrieval) for part in _flushed(parts, retrieval))
    return stream_channels(rows, lambda part: _target(part, floor), retrieval, _BLOCK, seed)


def _row(part: Part, retrieval: PhaseRetrieval) -> np.ndarray:
    """The magnitudes, and after them the source's spectra, both with gain: (n, 2 * channels, bins) complex64."""
    magnitude = level_to_magnitude(part.levels, retrieval.n_fft, retrieval.range_db)
    return np.concatenate([magnitude, part.source], axis=1) * part.gains[:, None, None].astype(np.float32)


def _flushed(parts: Iterable[Part], retrieval: PhaseRetrieval) -> Iterator[Part]:
    """Append silent frames, so that all frames leave the stream."""
    last = None
    for last in parts:
        yield last
    if last is not None:
        count = 2 * _BLOCK + 4 * retrieval.n_fft // retrieval.hop
        silence = np.zeros((count, *last.source.shape[1:]), np.complex64)
        yield Part(silence, silence.real - 1, np.ones(count, np.float32))


def _target(rows: np.ndarray, floor: float) -> Target:
    magnitudes, source = np.split(rows, 2, axis=1)
    magnitude, own, middle = combined_magnitude(magnitudes), combined_magnitude(source), source.mean(axis=1)
    middle = np.where(np.abs(middle) > _CANCELLED * own, middle, source[:, 0])
    limit = np.float32(10 ** (KEPT_DB / 20))
    ratio = (magnitude + np.float32(floor)) / (own + np.float32(floor))
    kept = (ratio < limit) & (ratio > 1 / limit) & (own > 0)
    known = np.where(kept, np.angle(shift_phase_origin(middle)), np.float32(np.nan))
    return Target(magnitude, MONO_GAIN if source.shape[1] == 1 else _gains(magnitudes, source, middle), known)


def _gains(magnitudes: np.ndarray, source: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Complex gains of the channels (channels, n, bins), of mean square 1; 1 where all is silent."""
    relative = source * np.conj(middle)[:, None]
    size, common = np.abs(relative), combined_magnitude(magnitudes)[:, None]
    direction = np.where(size > 0, relative / np.maximum(size, _TINY), 1)
    gains = np.where(common > 0, magnitudes.real / np.maximum(common, _TINY), 1) * direction
    return gains.swapaxes(0, 1).astype(np.complex64)
