"""Synthetic sounds with exact properties: arrays (time,) float32, at 16 kHz by default."""

from pathlib import Path

import numpy as np
import soundfile

RATE = 16_000


def tone(hertz: float, seconds: float = 1.0, rate: int = RATE, gain: float = 0.5) -> np.ndarray:
    return (gain * np.sin(2 * np.pi * hertz * _time(seconds, rate))).astype(np.float32)


def chirp(start: float, stop: float, seconds: float = 1.0, rate: int = RATE, gain: float = 0.5) -> np.ndarray:
    time = _time(seconds, rate)
    return (gain * np.sin(2 * np.pi * (start * time + (stop - start) * time**2 / (2 * seconds)))).astype(np.float32)


def silence(seconds: float = 1.0, rate: int = RATE) -> np.ndarray:
    return np.zeros(len(_time(seconds, rate)), np.float32)


def noise(seconds: float = 1.0, rate: int = RATE, gain: float = 0.5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-gain, gain, len(_time(seconds, rate))).astype(np.float32)


def write_wav(path: Path, samples: np.ndarray, rate: int = RATE, subtype: str = "PCM_16") -> Path:
    """Write (time,) or (time, channels); missing folders are created."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype)
    return path


def _time(seconds: float, rate: int) -> np.ndarray:
    return np.arange(round(seconds * rate)) / rate
