import numpy as np
import pytest

from tests.evaluation.conftest import FEATURES, RATE, make_clips
from waveloom.config.errors import InputError
from waveloom.evaluation import embeddings
from waveloom.evaluation.embedders import load_embedders, scaled_table
from waveloom.evaluation.feature_spaces import feature_spaces
from waveloom.evaluation.label_classifier import fit_label_classifier
from waveloom.evaluation.metrics import Sounds


def sounds(seed: int, rate_hz: int = RATE) -> Sounds:
    clips = np.concatenate([make_clips(label, 4, seed) for label in ("low", "high")])
    return Sounds(clips, rate_hz, np.zeros((8, 2), np.float32), np.repeat(["low", "high"], 4))


def add_embedding(folder, monkeypatch, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(embeddings, "__path__", [*embeddings.__path__, str(folder)])


def test_training_sounds_are_standardised_by_the_embedder_fitted_on_them(corpus):
    train = corpus.store.read(np.flatnonzero(corpus.store.index["split"] == "train"))
    rows = load_embedders(train, RATE, FEATURES)[0]["mfcc"].embed(train)
    assert rows.mean(axis=0) == pytest.approx(0, abs=1e-4)
    assert set(np.round(rows.std(axis=0), 3)) <= {0, 1}


def test_the_table_and_the_embedder_have_the_same_scale(corpus):
    rows = np.flatnonzero(corpus.store.index["split"] == "train")
    embedder = load_embedders(corpus.store.read(rows), RATE, FEATURES)[0]["mfcc"]
    table = scaled_table(embedder, corpus.table).iloc[rows]
    assert np.allclose(table.iloc[:, 5:].to_numpy(), embedder.embed(corpus.store.read(rows)), atol=1e-4)


def test_a_missing_embedding_is_named_and_not_replaced(tmp_path, monkeypatch):
    add_embedding(tmp_path, monkeypatch, "absent", "def missing() -> str:\n    return 'not installed: pip install x'\n")
    embedders, missing = load_embedders(sounds(0).clips, RATE, FEATURES)
    assert missing["absent"] == "not installed: pip install x"
    assert "absent" not in embedders


def test_an_embedding_of_nan_is_refused_by_name(tmp_path, monkeypatch):
    lines = ["import numpy as np", "STANDARDISE = False", "missing = str"]
    lines += ["def embed(clips, rate_hz, features):", "    return np.full((len(clips), 2), np.nan, np.float32)"]
    add_embedding(tmp_path, monkeypatch, "broken", "\n".join(lines))
    with pytest.raises(InputError, match="The embedding broken gave NaN"):
        load_embedders(sounds(0).clips, RATE, FEATURES)[0]["broken"].embed(sounds(0).clips)


def test_sets_of_different_rates_are_not_compared():
    sets = {"real": sounds(0), "train": sounds(1), "generated": sounds(2, rate_hz=16000)}
    with pytest.raises(InputError, match="8000, 16000 Hz; compare sounds of one rate"):
        feature_spaces(sets, {}, None)


def test_there_is_one_space_per_embedding_one_for_clips_and_with_a_classifier_one_for_labels(corpus):
    sets = {"real": sounds(0), "train": sounds(1), "generated": sounds(2)}
    points = {"mfcc": {name: one.features for name, one in sets.items()}}
    classifier = fit_label_classifier(corpus.table)
    assert [(space.name, space.kind) for space in feature_spaces(sets, points, classifier)] == [
        ("mfcc", "embedding"),
        ("clips", "clips"),
        ("labels", "labels"),
    ]
    assert [list(space.sets) for space in feature_spaces(sets, points, None)] == [["generated"]] * 2
