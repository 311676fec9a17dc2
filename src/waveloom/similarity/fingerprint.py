"""By what a sound is found again after a change of gain, rate or length: a few frames that its content chooses.

A frame is kept where a fixed random projection of its spectrum has a local maximum in time. That depends on what sounds
and not on where a file begins, so a trimmed copy keeps the same frames (winnowing: Schleimer, Wilkerson & Aiken, 2003).
"""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import maximum_filter1d

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.audio.stft import frames as cut_frames
from waveloom.audio.stft import spectra

RATE_HZ = 8_000  # what lies above 4 kHz does not count: a copy may have lost it
WINDOW, HOP = 1_024, 128  # samples: 128 ms, 16 ms
REACH = 8  # frames on either side that a kept one exceeds: 128 ms
SIZE = 16  # numbers a frame is projected to
ASLEEP_DB = 60.0  # frames this far below the loudest are not kept
EMPTY_DB = 60.0  # below 4 kHz there must be more than this below the whole
BLOCK = 512  # frames that are in memory at once
DISTINCT = 0.05  # distance below which two frames of one sound are one

_TAPER = np.hanning(WINDOW).astype(np.float32)
_PROJECTION = np.random.default_rng(0).standard_normal((SIZE, WINDOW // 2 + 1)).astype(np.float32) / np.float32(
    SIZE**0.5
)


class Soundprint(NamedTuple):
    """Kept frames: `points` (n, 16), about as far apart as the unit spectra are; `times` (n,), their centres in s."""

    points: np.ndarray
    times: np.ndarray

    def packed(self) -> np.ndarray:
        """Give all of it as one row of numbers, as a table can hold it: (17 n,) float32."""
        return np.column_stack([self.points, self.times]).astype(np.float32).ravel()

    @staticmethod
    def unpacked(numbers: np.ndarray) -> "Soundprint":
        """Undo `packed`."""
        frames = np.asarray(numbers, np.float32).reshape(-1, SIZE + 1)
        return Soundprint(frames[:, :SIZE], frames[:, SIZE])


def soundprint(clip: Clip) -> Soundprint:
    """Choose the frames to find a sound by: two to four a second; none if there is no sound below 4 kHz."""
    low = low_band(clip)
    if np.abs(low).max(initial=0) <= np.abs(clip.samples).max(initial=0) * 10 ** (-EMPTY_DB / 20):
        return Soundprint(np.empty((0, SIZE), np.float32), np.empty(0, np.float32))
    points, loudness = _project(low)
    awake = loudness > loudness.max() * 10 ** (-ASLEEP_DB / 20)
    line = np.where(awake, points[:, 0], -np.inf)
    highest = maximum_filter1d(line, 2 * REACH + 1, mode="constant", cval=-np.inf)
    kept = _distinct(points, np.flatnonzero(awake & (line == highest)))
    return Soundprint(points[kept], (kept * HOP / RATE_HZ).astype(np.float32))


def low_band(clip: Clip) -> np.ndarray:
    """Give a sound at 8 kHz, its low end weakened (first difference), so that hum does not make sounds alike."""
    samples = resample(clip, RATE_HZ).samples
    return np.diff(samples, prepend=samples[:1]).astype(np.float32)


def _project(low: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project the magnitude spectra, each of unit length: (frames, 16), and the length they had (frames,)."""
    edge = np.zeros(WINDOW // 2, np.float32)
    frames = cut_frames(np.concatenate([edge, low, edge]), WINDOW, HOP)
    parts = [_project_block(frames[start : start + BLOCK]) for start in range(0, len(frames), BLOCK)]
    points, loudness = (np.concatenate(part) for part in zip(*parts, strict=True))
    return points, loudness


def _project_block(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    magnitudes = np.abs(spectra(frames, _TAPER))
    loudness = np.linalg.norm(magnitudes, axis=1)
    # Not `@`: its threads fight with ours, and the last bits depend on their number.
    projected = np.einsum("fk,dk->fd", magnitudes, _PROJECTION)
    return projected / np.maximum(loudness, 1e-9)[:, None], loudness


def _distinct(points: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Leave out each frame that lies beside one before it: a steady sound has one frame."""
    chosen: list[int] = []
    for frame in kept:
        if not chosen or np.linalg.norm(points[chosen] - points[frame], axis=1).min() > DISTINCT:
            chosen.append(int(frame))
    return np.array(chosen, dtype=np.int64)
