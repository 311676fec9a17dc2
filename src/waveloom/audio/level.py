"""How loud a clip is, and how loud it should be."""

from typing import Literal

import numpy as np

Kind = Literal["peak", "rms", "none"]


def peak(clips: np.ndarray) -> np.ndarray:
    """Find the loudest sample of each clip: (n, samples) -> (n,), from 0 to 1."""
    return np.maximum(clips.max(axis=-1), -clips.min(axis=-1))


def rms(clips: np.ndarray) -> np.ndarray:
    """Measure the root mean square of each clip: (n, samples) -> (n,), from 0 to 1."""
    return np.sqrt(np.mean(np.square(clips, dtype=np.float64), axis=-1))


def level(clips: np.ndarray, kind: Kind, target_db: float) -> tuple[np.ndarray, np.ndarray]:
    """Bring each clip's peak or RMS to `target_db` (re full scale); give the clips and their gains (n,) in dB.

    No peak is lifted above full scale, so the RMS of a spiky clip may stay below its target. With `none` only what is
    above full scale is lowered. Clips must not be silent.
    """
    loudest = peak(clips)
    target = 10 ** (target_db / 20)
    wanted = {"peak": target / loudest, "rms": target / rms(clips), "none": np.ones_like(loudest)}[kind]
    gain = np.minimum(wanted, 1 / loudest).astype(np.float32)
    return np.clip(clips * gain[..., None], -1, 1), 20 * np.log10(gain)
