"""A corpus of clearly different tones, and the classifier trained on it."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
import soundfile

from waveloom.audio import store
from waveloom.classification.config import Classify
from waveloom.classification.train import Preprocessing, Trained, train_classifier
from waveloom.features import Features
from waveloom.features.table import feature_table
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare

RATE = 8000
PREPARE = Prepare(rate_hz=RATE, samples=4096)
FEATURES = Features(n_mfcc=8, n_mels=32, n_fft=512, hop=256, delta_width=3)
PREPROCESSING = Preprocessing(PREPARE, FEATURES)
CONFIG = Classify(models=("logistic", "forest"), options={"forest": {"trees": 20}}, folds=4)


class Corpus(NamedTuple):
    folder: Path
    store: store.ClipStore
    table: pd.DataFrame


def sound(label: str, seed: int, seconds: float = 0.5) -> np.ndarray:
    """A low tone, a high tone or a harmonic one, each decaying: (time,)."""
    draw = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = {"low": 200, "high": 1800, "rich": 500}[label] * draw.uniform(0.85, 1.15)
    partials = np.arange(1, 6 if label == "rich" else 2)[:, None]
    tone = (np.sin(2 * np.pi * pitch * partials * time) / partials).sum(axis=0)
    hiss = 0.003 * draw.standard_normal(len(time))
    return (0.4 * tone * np.exp(-draw.uniform(2, 5) * time) + hiss).astype(np.float32)


def make_corpus(folder: Path, labels: tuple[str, ...] = ("low", "high", "rich"), each: int = 40) -> Corpus:
    for label in labels:
        (folder / "sounds" / label).mkdir(parents=True)
        for number in range(each):
            soundfile.write(folder / "sounds" / label / f"{number:02d}.wav", sound(label, number), RATE)
    options = {"root": str(folder / "sounds")}
    accepted = recordings(Ingest(corpus="folder", options=options, validation=0.15, test=0.25), folder / "work")
    store.write(folder / "clips", prepare(accepted, PREPARE), PREPARE.rate_hz, PREPARE.samples)
    clips = store.open_store(folder / "clips")
    table = pd.concat(feature_table(clips.lazy_chunks(), RATE, FEATURES), ignore_index=True)
    return Corpus(folder, clips, table)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("sounds"))


@pytest.fixture(scope="session")
def trained(corpus) -> Trained:
    return train_classifier(corpus.store, corpus.table, PREPROCESSING, CONFIG)
