"""Waveform: the samples of the clip, unchanged."""

from typing import Any

import numpy as np

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError

AXES = ("time",)


@checked_dataclass
class Config:
    """No options."""


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(samples,)."""
    if samples < 1:
        raise InputError(f"A clip of {samples} samples holds no waveform; prepare.samples must be at least 1.")
    return (samples,)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """Return the clips as float32: (batch, samples) in [-1, 1]."""
    _check(clips, shape(config, clips.shape[-1], rate))
    return clips.astype(np.float32)


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """Clip the tensor to [-1, 1]: (batch, samples) float32."""
    _check(tensor, shape(config, samples, rate))
    return np.clip(tensor, -1, 1, dtype=np.float32)


def amplify(config: Config, tensor: Any, factor: Any) -> Any:
    """Multiply (batch, samples) by `factor` (batch, 1)."""
    return tensor * factor


def _check(batch: np.ndarray, expected: tuple[int, ...]) -> None:
    if batch.shape[1:] != expected:
        raise InputError(f"A batch of shape {batch.shape} was given; the waveform takes (batch, {expected[0]}).")
    if not np.isfinite(batch).all():
        raise InputError(
            "The batch holds NaN or infinite samples; clips must be finite. Prepare them again, or retrain."
        )
