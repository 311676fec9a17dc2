"""Folders of sounds, and small generators."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE = 8000


def tones(count: int, seed: int, low: float = 200.0, high: float = 1200.0) -> np.ndarray:
    """Decaying tones of random pitch, (count, 4000)."""
    draw = np.random.default_rng(seed)
    time = np.arange(RATE // 2) / RATE
    pitch = draw.uniform(low, high, (count, 1))
    return (0.5 * np.sin(2 * np.pi * pitch * time) * np.exp(-4 * time)).astype(np.float32)


def noises(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.3, 0.3, (count, RATE // 2)).astype(np.float32)


def write_folder(folder: Path, clips: np.ndarray, rate: int = RATE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, clip in enumerate(clips):
        soundfile.write(folder / f"{number:03d}.wav", clip, rate, "FLOAT")
    return folder


@pytest.fixture(scope="session")
def sounds(tmp_path_factory) -> Path:
    """Three folders: real, near (of the same kind), and far (noise)."""
    place = tmp_path_factory.mktemp("sounds")
    write_folder(place / "real", tones(40, 0))
    write_folder(place / "near", tones(20, 1))
    write_folder(place / "far", noises(20, 2))
    return place
