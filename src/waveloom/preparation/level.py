"""Measurement and normalisation of the level of clips."""

from typing import Literal, NamedTuple

import numpy as np

from waveloom.audio.loudness import loudness

LevelMeasure = Literal["peak", "rms", "loudness", "none"]


class Levelled(NamedTuple):
    """Clips, the gain of each in dB, and the `LevelMeasure` that set it."""

    clips: np.ndarray
    gains_db: np.ndarray
    measures: np.ndarray


def peak(clips: np.ndarray) -> np.ndarray:
    """Find the largest magnitude of each clip: (n, samples) or (n, 2, samples) -> (n,), from 0 to 1."""
    values = clips.reshape(len(clips), -1)
    return np.maximum(values.max(axis=1), -values.min(axis=1))


def rms(clips: np.ndarray) -> np.ndarray:
    """Measure the root mean square of each clip: (n, samples) or (n, 2, samples) -> (n,), from 0 to 1."""
    return np.sqrt(np.mean(np.square(clips.reshape(len(clips), -1), dtype=np.float64), axis=1))


def level(clips: np.ndarray, measure: LevelMeasure, target_db: float, rate_hz: int = 0) -> Levelled:
    """Scale each clip so that its peak, RMS (both dBFS) or loudness (LUFS) is `target_db`; channels have one gain.

    No peak is raised above full scale, so a clip with short peaks may stay below the target. With `none`, only clips
    above full scale are lowered. A clip without a loudness (see `loudness`) is scaled by its RMS. Clips, (n, samples)
    or (n, 2, samples), must not be silent; only `loudness` needs `rate_hz`.
    """
    peaks = peak(clips)
    target_gain, measures = _target_gain(clips, measure, peaks, target_db, rate_hz)
    gain = np.minimum(target_gain, 1 / peaks).astype(np.float32)
    return Levelled(np.clip(clips * gain.reshape(-1, *[1] * (clips.ndim - 1)), -1, 1), 20 * np.log10(gain), measures)


def _target_gain(
    clips: np.ndarray, measure: LevelMeasure, peaks: np.ndarray, target_db: float, rate_hz: int
) -> tuple[np.ndarray, np.ndarray]:
    """The gain that reaches the target, and the measure used: (n,), (n,)."""
    target = 10 ** (target_db / 20)
    match measure:
        case "peak":
            gain = target / peaks
        case "rms":
            gain = target / rms(clips)
        case "loudness":
            lufs = loudness(clips, rate_hz)
            finite = np.isfinite(lufs)
            return (
                np.where(finite, 10 ** ((target_db - lufs) / 20), target / rms(clips)),
                np.where(finite, measure, "rms"),
            )
        case "none":
            gain = np.ones_like(peaks)
    return gain, np.full(len(clips), measure)
