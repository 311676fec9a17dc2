"""A sound file of any length that is to be translated: examined as a whole, then read in blocks."""

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np

from waveloom.audio.clip import FileClip
from waveloom.audio.decode import Channel, Header, Limits, Rejected, decode_windows, probe_all
from waveloom.config.errors import InputError
from waveloom.generation.translation.loudness import block_powers
from waveloom.models.source_range import loud_level_db

WINDOW_SECONDS = 20.0  # that are decoded at once
MAX_CHANNELS = 2
_SILENCE_DB = -60.0  # peak of a file that has nothing to translate
_SOUNDLESS = ("silent", "constant")  # reasons for which a window of a file is silence
_LIMITS = Limits(min_seconds=0, silence_db=-300)  # a quiet window is no fault


class Examined(NamedTuple):
    """A file that can be translated: its header, peak (1 is full scale) and level, as `loudness.level_db` gives it."""

    path: Path
    header: Header
    peak: float
    level_db: float


def examine(path: Path) -> Examined:
    """Read a file once; InputError if any of it is damaged, if it is silent, or if it has more than two channels."""
    (header,) = probe_all([path], any_size=True)
    if isinstance(header, Rejected):
        raise _unusable(path, str(header))
    if header.channels > MAX_CHANNELS:
        raise _unusable(path, f"it has {header.channels} channels; mix it to {MAX_CHANNELS} at most")
    peak, powers = 0.0, []
    for samples in _windows(path, header):
        peak = max(peak, float(np.abs(samples).max(initial=0)))
        powers.append(block_powers(samples, header.rate))
    if peak <= 10 ** (_SILENCE_DB / 20):
        raise _unusable(path, f"it is silent: its peak is below {_SILENCE_DB:g} dBFS")
    level_db = loud_level_db(np.concatenate(powers))
    return Examined(path, header, peak, level_db - 20 * math.log10(max(peak, 1)))


def read_blocks(examined: Examined) -> Iterator[np.ndarray]:
    """Read blocks (channels, any) float32; a file above full scale is scaled to a peak of 1."""
    scale = np.float32(1 / max(examined.peak, 1))
    for samples in _windows(examined.path, examined.header):
        yield samples * scale


def _windows(path: Path, header: Header) -> Iterator[np.ndarray]:
    """Decode windows (channels, samples) in the file's own units."""
    count = max(math.ceil(header.seconds / WINDOW_SECONDS), 1)
    frames = -(-header.frames // count)
    channel: Channel = "both" if header.channels == MAX_CHANNELS else "mix"
    with closing(decode_windows(path, header, WINDOW_SECONDS, _LIMITS, channel)) as windows:
        for first, (_, clip) in zip(range(0, header.frames, frames), windows, strict=True):
            yield _samples(path, clip, (header.channels, min(frames, header.frames - first)))


def _samples(path: Path, clip: FileClip | Rejected, shape: tuple[int, int]) -> np.ndarray:
    if isinstance(clip, Rejected):
        if str(clip).startswith(_SOUNDLESS):
            return np.zeros(shape, np.float32)
        raise _unusable(path, str(clip))
    samples = np.atleast_2d(clip.samples) * np.float32(max(clip.file_peak, 1))
    return np.pad(samples, ((0, 0), (0, max(shape[1] - samples.shape[1], 0))))[:, : shape[1]]


def _unusable(path: Path, reason: str) -> InputError:
    return InputError(f"{path} cannot be translated: {reason.rstrip('.')}.")
