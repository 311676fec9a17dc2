"""Audio fingerprints that survive a change of gain, rate or length: a few frames selected by their content.

A frame is selected where a fixed random projection of its spectrum has a local maximum in time. That depends on the
sound and not on where the file begins, so a trimmed copy has the same frames (winnowing: Schleimer, Wilkerson & Aiken,
2003).
"""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import maximum_filter1d

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.audio.stft import frames as cut_frames
from waveloom.audio.stft import spectra

RATE_HZ = 8_000  # what lies above 4 kHz is ignored: a copy may lack it
WINDOW, HOP = 1_024, 128  # samples: 128 ms, 16 ms
NEIGHBOURHOOD = 8  # frames on either side that a selected frame exceeds: 128 ms
SIZE = 16  # dimensions of a projected frame
SILENCE_DB = 60.0  # frames this far below the loudest are not selected
EMPTY_DB = 60.0  # the peak below 4 kHz must be less than this below the whole peak
BLOCK = 512  # frames that are in memory at once
MIN_DISTANCE = 0.05  # two frames of one sound that are closer count as one

_HANN = np.hanning(WINDOW).astype(np.float32)
_PROJECTION = np.random.default_rng(0).standard_normal((SIZE, WINDOW // 2 + 1)).astype(np.float32) / np.float32(
    SIZE**0.5
)


class Fingerprint(NamedTuple):
    """Selected frames: `points` (n, 16), whose distances approximate those of the unit spectra; centres `times` (s)."""

    points: np.ndarray
    times: np.ndarray

    def packed(self) -> np.ndarray:
        """Return the fingerprint as one row of numbers, for a table: (17 n,) float32."""
        return np.column_stack([self.points, self.times]).astype(np.float32).ravel()

    @staticmethod
    def unpacked(numbers: np.ndarray) -> "Fingerprint":
        """Undo `packed`."""
        frames = np.asarray(numbers, np.float32).reshape(-1, SIZE + 1)
        return Fingerprint(frames[:, :SIZE], frames[:, SIZE])


def fingerprint(clip: Clip) -> Fingerprint:
    """Compute the fingerprint: two to four frames a second; none if there is no sound below 4 kHz."""
    low = low_band(clip)
    if np.abs(low).max(initial=0) <= np.abs(clip.samples).max(initial=0) * 10 ** (-EMPTY_DB / 20):
        return Fingerprint(np.empty((0, SIZE), np.float32), np.empty(0, np.float32))
    points, norms = _project(low)
    audible = norms > norms.max() * 10 ** (-SILENCE_DB / 20)
    first_axis = np.where(audible, points[:, 0], -np.inf)
    highest = maximum_filter1d(first_axis, 2 * NEIGHBOURHOOD + 1, mode="constant", cval=-np.inf)
    selected = _distinct(points, np.flatnonzero(audible & (first_axis == highest)))
    return Fingerprint(points[selected], (selected * HOP / RATE_HZ).astype(np.float32))


def low_band(clip: Clip) -> np.ndarray:
    """Resample to 8 kHz and attenuate low frequencies (first difference), so that hum does not make sounds alike."""
    samples = resample(clip, RATE_HZ).samples
    return np.diff(samples, prepend=samples[:1]).astype(np.float32)


def _project(low: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project the unit magnitude spectra: (frames, 16), and the norms before normalisation (frames,)."""
    edge = np.zeros(WINDOW // 2, np.float32)
    frames = cut_frames(np.concatenate([edge, low, edge]), WINDOW, HOP)
    parts = [_project_block(frames[start : start + BLOCK]) for start in range(0, len(frames), BLOCK)]
    points, norms = (np.concatenate(part) for part in zip(*parts, strict=True))
    return points, norms


def _project_block(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    magnitudes = np.abs(spectra(frames, _HANN))
    norms = np.linalg.norm(magnitudes, axis=1)
    # Not `@`: its threads compete with ours, and the last bits depend on their number.
    projected = np.einsum("fk,dk->fd", magnitudes, _PROJECTION)
    return projected / np.maximum(norms, 1e-9)[:, None], norms


def _distinct(points: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Leave out each frame that is close to an earlier one: a steady sound has one frame."""
    selected: list[int] = []
    for frame in frames:
        if not selected or np.linalg.norm(points[selected] - points[frame], axis=1).min() > MIN_DISTANCE:
            selected.append(int(frame))
    return np.array(selected, dtype=np.int64)
