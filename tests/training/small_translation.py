"""A training of a translator small enough to be run whole in a test: two domains of tones, with and without pairs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training import small
from waveloom.audio.store import ClipStore, open_store, write
from waveloom.models import discriminators, generators
from waveloom.models.recipe import Recipe, resolve

PLUGINS = Path(__file__).parent / "plugins"
PIECES = 24  # each in both domains
TREE = {
    "task": "translation",
    "game": "paired",
    "representation": "spectrogram",
    "generator": "tiny_translator",
    "discriminator": "tiny_patches",
    "objective": "hinge",
    "condition": "label",
    "noise": 0,
    "options": {"representations": {"spectrogram": {"n_fft": 32, "hop": 8}}},
}


def add_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let recipes name the plug-ins of this folder."""
    for package in (generators, discriminators):
        folder = str(PLUGINS / package.__name__.rpartition(".")[2])
        monkeypatch.setattr(package, "__path__", [*package.__path__, folder])


def recipe(name: str = "paired", weights: dict | None = None, **overrides) -> Recipe:
    """The tiny recipe with the game `name`; `weights` are the game's options."""
    options = {**TREE["options"], "games": {name: weights or {}}}
    return resolve({**TREE, "game": name, "options": options}, overrides)


def store(folder: Path, rate: int = small.RATE, samples: int = small.SAMPLES) -> ClipStore:
    """Tones (domain `plain`), and the same with overtones (`rich`), as pairs; pitch and onset are the piece's."""
    rows = np.arange(2 * PIECES)
    pieces, rich = rows // 2, rows % 2 == 1
    time = np.arange(samples) / rate
    phase = 2 * np.pi * (200 + 20 * pieces[:, None]) * time
    clips = 0.4 * np.sin(phase) + rich[:, None] * (0.2 * np.sin(2 * phase) + 0.1 * np.sin(3 * phase))
    clips *= time > time[-1] * (pieces % 7)[:, None] / 10
    domains = np.where(rich, "rich", "plain")
    index = pd.DataFrame(
        {
            "clip_id": [f"clip-{row:04d}" for row in rows],
            "recording_id": [f"recording-{row:04d}" for row in rows],
            "label": domains,
            "domain": domains,
            "pair": [f"piece-{piece}" for piece in pieces],
            "start_seconds": 0.0,
            "group": [f"group-{piece}" for piece in pieces],
            "split": np.where(pieces % 4 == 3, "validation", "train"),
            "licence": "CC0-1.0",
        }
    )
    write(folder, [(index, clips.astype(np.float32))], rate, samples)
    return open_store(folder)
