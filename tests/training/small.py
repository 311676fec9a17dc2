"""A training small enough to be run whole in a test: two kinds of tones, a tiny recipe, a few steps."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from waveloom.audio.store import ClipStore, open_store, write
from waveloom.features import Features
from waveloom.features.scaling import Scaler, fit
from waveloom.features.table import feature_table
from waveloom.models.recipe import Recipe, resolve
from waveloom.training.config import Train
from waveloom.training.train import TrainingData, train

RATE, SAMPLES, CLIPS = 4000, 256, 48
FEATURES = Features(n_mfcc=4, n_mels=8, n_fft=128, hop=64, delta_width=3)
TREE = {
    "representation": "waveform",
    "generator": "dense",
    "discriminator": "dense",
    "objective": "bce",
    "condition": "label",
    "noise": 4,
    "options": {"generators": {"dense": {"widths": [8]}}, "discriminators": {"dense": {"widths": [8]}}},
}
CONFIG = Train(
    recipe="tiny", steps=12, batch_size=8, average=0.9, validate_every=4, validation_clips=8, checkpoint_every=3
)


_TIME = {"channels": 2, "kernel": 5, "quarterings": 2}
DUAL = {
    "generator": "dual",
    "discriminator": "dual",
    "game": "dual",
    "options": {
        "generators": {"dual": {"time": _TIME, "fourier": {"width": 8, "spectra": 8, "style": 8}, "hop": 16}},
        "discriminators": {"dual": {"time": _TIME, "fourier": {"width": 8, "style": 8, "halvings": 1}, "hop": 16}},
    },
}


def recipe(**overrides) -> Recipe:
    return resolve(TREE, overrides)


def store(folder: Path, noise: float = 0.0) -> ClipStore:
    """Tones of two pitches with white noise of RMS `noise`."""
    rows = np.arange(CLIPS)
    hertz = np.where(rows % 3 == 0, 200.0, 600.0) * (1 + 0.01 * rows)
    clips = 0.5 * np.sin(2 * np.pi * hertz[:, None] * np.arange(SAMPLES) / RATE)
    clips += noise * np.random.default_rng(0).standard_normal(clips.shape)
    index = pd.DataFrame(
        {
            "clip_id": [f"clip-{row:04d}" for row in rows],
            "recording_id": [f"recording-{row:04d}" for row in rows],
            "label": np.where(rows % 3 == 0, "high", "low"),
            "group": [f"group-{row}" for row in rows],
            "split": np.where(rows % 4 == 3, "validation", "train"),
            "licence": "CC0-1.0",
        }
    )
    write(folder, [(index, clips.astype(np.float32))], RATE, SAMPLES)
    return open_store(folder)


def table(clips: ClipStore) -> pd.DataFrame:
    return pd.concat(feature_table(clips.lazy_chunks(), RATE, FEATURES), ignore_index=True)


def scaler(clips: ClipStore) -> Scaler:
    features = table(clips)
    return fit(features[features["split"] == "train"])


def data(clips: ClipStore) -> TrainingData:
    return TrainingData(clips, table(clips), FEATURES, scaler(clips))


def main(folder: Path, workspace: Path) -> None:
    """Train in this process and print the digest, for tests that need a process of its own."""
    model, history = train(data(open_store(folder)), recipe(), CONFIG, workspace)
    print(model.digest, history.to_json())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
