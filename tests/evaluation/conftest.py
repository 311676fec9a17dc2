"""A small corpus of clearly different classes, and an untrained generator."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from waveloom.audio import store
from waveloom.features import Features
from waveloom.features.scaling import Scaler, fit
from waveloom.features.table import feature_table
from waveloom.models.model import Model

RATE, SAMPLES, EACH = 8000, 2048, 16
FEATURES = Features(n_mfcc=6, n_mels=20, n_fft=512, hop=256, delta_width=3)


class Corpus(NamedTuple):
    store: store.ClipStore
    table: pd.DataFrame
    features: Features
    scaler: Scaler


def make_clips(label: str, count: int, seed: int = 0) -> np.ndarray:
    """Low tones, high tones or noise: (count, SAMPLES)."""
    draw = np.random.default_rng([seed, len(label)])
    time = np.arange(SAMPLES) / RATE
    if label == "noise":
        return draw.uniform(-0.5, 0.5, (count, SAMPLES)).astype(np.float32)
    low, high = (150, 300) if label == "low" else (1500, 3000)
    pitch = draw.uniform(low, high, (count, 1))
    return (0.5 * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def make_corpus(folder: Path, labels: tuple[str, ...] = ("low", "high", "noise")) -> Corpus:
    splits = ["train"] * 8 + ["validation"] * 4 + ["test"] * 4
    rows = [(f"{label}-{i:02d}", label, split) for label in labels for i, split in enumerate(splits)]
    index = pd.DataFrame(rows, columns=["recording_id", "label", "split"])
    index = index.assign(clip_id=index["recording_id"] + "-0000", group=index["recording_id"], start_seconds=0.0)
    clips = np.concatenate([make_clips(label, EACH) for label in labels])
    store.write(folder, [(index, clips)], RATE, SAMPLES)
    opened = store.open_store(folder)
    table = pd.concat(feature_table(opened.lazy_chunks(), RATE, FEATURES), ignore_index=True)
    return Corpus(opened, table, FEATURES, fit(table[table["split"] == "train"]))


def make_model(labels: list[str]) -> Model:
    """A dense generator of waveforms with its initial weights."""
    import keras

    from tests.models.pairs import build_generator, weights_of

    keras.utils.set_random_seed(0)
    options = {"generators": {"dense": {"widths": [8]}}, "discriminators": {"dense": {"widths": [8]}}}
    recipe = {
        "representation": "waveform",
        "generator": "dense",
        "discriminator": "dense",
        "objective": "bce",
        "noise": 4,
        "options": options,
    }
    weights = weights_of(build_generator("dense", (SAMPLES,), 4, len(labels), widths=(8,)))
    spec = {
        "recipe": {**recipe, "condition": "label" if labels else "none"},
        "rate_hz": RATE,
        "samples": SAMPLES,
        "labels": labels,
        "seed": 0,
        "steps": 0,
        "data": {"clips": "digest", "licences": {"CC0": 48}},
    }
    return Model(spec, weights)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus") / "clips")


@pytest.fixture(scope="session")
def conditional() -> Model:
    return make_model(["high", "low", "noise"])


@pytest.fixture(scope="session")
def unconditional() -> Model:
    return make_model([])
