"""A conditional generator generates the requested label, as a classifier trained on real sounds confirms."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from waveloom.audio.store import open_store, write
from waveloom.features import Features
from waveloom.features.scaling import apply, fit
from waveloom.features.table import clip_features, feature_table
from waveloom.generation.sampler import Sampler
from waveloom.models.recipe import resolve
from waveloom.training.config import Train
from waveloom.training.train import TrainingData, train

RATE, SAMPLES, EACH = 4000, 512, 60
FEATURES = Features(n_mfcc=8, n_mels=16, n_fft=128, hop=64, delta_width=3)
CONFIG = Train(steps=1800, batch_size=16, average=0.98, validate_every=0, checkpoint_every=1800)
TREE = {
    "representation": "spectrogram",
    "generator": "dense",
    "discriminator": "dense",
    "objective": "bce",
    "condition": "label",
    "noise": 8,
    "optimiser": {"generator_rate": 0.0005, "discriminator_rate": 0.0005},
    "options": {
        "representations": {"spectrogram": {"n_fft": 64, "hop": 16}},
        "generators": {"dense": {"widths": [64, 128]}},
        "discriminators": {"dense": {"widths": [128, 64]}},
    },
}
MIN_ACCURACY = 0.8  # of the classifier on generated sounds; 0.25 by chance


HERTZ = {"low": 250, "middle": 600, "high": 1200}


def sounds(kind, draw):
    """Tones of three pitches, or noise that dies away: (EACH, SAMPLES)."""
    time = np.arange(SAMPLES) / RATE
    if kind == "noise":
        return draw.uniform(-0.5, 0.5, (EACH, SAMPLES)) * np.exp(-5 * time)
    return 0.5 * np.sin(2 * np.pi * HERTZ[kind] * draw.uniform(0.9, 1.1, (EACH, 1)) * time)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    draw, kinds = np.random.default_rng(0), (*HERTZ, "noise")
    rows = np.arange(len(kinds) * EACH)
    index = pd.DataFrame({"clip_id": [f"clip-{row:04d}" for row in rows], "label": np.repeat(kinds, EACH)})
    index["recording_id"] = index["group"] = index["clip_id"]
    index["split"] = np.where(rows % 3 == 2, "test", "train")
    index["licence"] = "CC0-1.0"
    folder = tmp_path_factory.mktemp("four") / "clips"
    clips = np.concatenate([sounds(kind, draw) for kind in kinds]).astype(np.float32)
    write(folder, [(index, clips)], RATE, SAMPLES)
    return open_store(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    "overrides",
    [{}, {"label_as": "one_hot", "discriminator_training": {"head": "acgan"}}],
    ids=["projection", "acgan"],
)
def test_a_classifier_of_real_sounds_predicts_the_requested_labels(store, tmp_path, overrides):
    table = pd.concat(feature_table(store.lazy_chunks(), RATE, FEATURES), ignore_index=True)
    learned = table[table["split"] == "train"]
    scaler = fit(learned)
    classifier = LogisticRegression(max_iter=500).fit(apply(scaler, learned), learned["label"])
    others = table[table["split"] == "test"]
    assert classifier.score(apply(scaler, others), others["label"]) > 0.95

    model, _ = train(TrainingData(store, table, FEATURES, scaler), resolve(TREE, overrides), CONFIG, tmp_path)
    requested = [name for name in model.spec["labels"] for _ in range(25)]
    made = clip_features(Sampler(model).clips(range(100), requested), RATE, FEATURES)
    predicted = classifier.predict(apply(scaler, made))
    agreement = float(np.mean(predicted == np.array(requested)))
    print(f"{overrides or 'projection'}: {agreement:.2f} as requested")
    assert agreement > MIN_ACCURACY
