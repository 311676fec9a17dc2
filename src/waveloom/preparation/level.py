"""How loud a clip is, and how loud it should be."""

from typing import Literal, NamedTuple

import numpy as np

from waveloom.audio.loudness import loudness

Kind = Literal["peak", "rms", "loudness", "none"]


class Levelled(NamedTuple):
    """Clips, the gain of each in dB, and the measure each was levelled by (a `Kind`)."""

    clips: np.ndarray
    gains_db: np.ndarray
    by: np.ndarray


def peak(clips: np.ndarray) -> np.ndarray:
    """Find the loudest sample of each clip: (n, samples) or (n, 2, samples) -> (n,), from 0 to 1."""
    values = clips.reshape(len(clips), -1)
    return np.maximum(values.max(axis=1), -values.min(axis=1))


def rms(clips: np.ndarray) -> np.ndarray:
    """Measure the root mean square of each clip: (n, samples) or (n, 2, samples) -> (n,), from 0 to 1."""
    return np.sqrt(np.mean(np.square(clips.reshape(len(clips), -1), dtype=np.float64), axis=1))


def level(clips: np.ndarray, kind: Kind, target_db: float, rate_hz: int = 0) -> Levelled:
    """Bring each clip's peak, RMS (both re full scale) or loudness (LUFS) to `target_db`, both channels by one gain.

    No peak is lifted above full scale, so a spiky clip may stay below its target. With `none` only what is above full
    scale is lowered. A clip that has no loudness (see `loudness`) is brought to `target_db` by its RMS. Clips, (n,
    samples) or (n, 2, samples), must not be silent; `rate_hz` is asked for by `loudness` alone.
    """
    loudest = peak(clips)
    wanted, by = _wanted(clips, kind, loudest, target_db, rate_hz)
    gain = np.minimum(wanted, 1 / loudest).astype(np.float32)
    return Levelled(np.clip(clips * gain.reshape(-1, *[1] * (clips.ndim - 1)), -1, 1), 20 * np.log10(gain), by)


def _wanted(
    clips: np.ndarray, kind: Kind, loudest: np.ndarray, target_db: float, rate_hz: int
) -> tuple[np.ndarray, np.ndarray]:
    """The gain that reaches the target, and the measure that says so: (n,), (n,)."""
    target = 10 ** (target_db / 20)
    match kind:
        case "peak":
            gain = target / loudest
        case "rms":
            gain = target / rms(clips)
        case "loudness":
            lufs = loudness(clips, rate_hz)
            known = np.isfinite(lufs)
            return np.where(known, 10 ** ((target_db - lufs) / 20), target / rms(clips)), np.where(known, kind, "rms")
        case "none":
            gain = np.ones_like(loudest)
    return gain, np.full(len(clips), kind)
