import numpy as np
import pytest

from tests.evaluation.conftest import FEATURES, RATE, make_clips
from waveloom.config.errors import InputError
from waveloom.evaluation import embeddings
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.spaces import ears, judge, scaled, spaces


def sounds(seed: int, rate_hz: int = RATE) -> Sounds:
    clips = np.concatenate([make_clips(label, 4, seed) for label in ("low", "high")])
    return Sounds(clips, rate_hz, np.zeros((8, 2), np.float32), np.repeat(["low", "high"], 4))


def add_embedding(folder, monkeypatch, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(embeddings, "__path__", [*embeddings.__path__, str(folder)])


def test_training_sounds_are_standardised_by_the_ear_they_taught(corpus):
    train = corpus.store.read(np.flatnonzero(corpus.store.index["split"] == "train"))
    heard = ears(train, RATE, FEATURES)[0]["mfcc"].hear(train)
    assert heard.mean(axis=0) == pytest.approx(0, abs=1e-4)
    assert set(np.round(heard.std(axis=0), 3)) <= {0, 1}


def test_the_table_and_the_ear_are_on_one_scale(corpus):
    rows = np.flatnonzero(corpus.store.index["split"] == "train")
    ear = ears(corpus.store.read(rows), RATE, FEATURES)[0]["mfcc"]
    table = scaled(ear, corpus.table).iloc[rows]
    assert np.allclose(table.iloc[:, 5:].to_numpy(), ear.hear(corpus.store.read(rows)), atol=1e-4)


def test_what_is_not_installed_is_named_and_nothing_stands_in_for_it(tmp_path, monkeypatch):
    add_embedding(tmp_path, monkeypatch, "absent", "def missing() -> str:\n    return 'not installed: pip install x'\n")
    heard, missing = ears(sounds(0).clips, RATE, FEATURES)
    assert missing["absent"] == "not installed: pip install x"
    assert "absent" not in heard


def test_an_embedding_of_nan_is_refused_by_name(tmp_path, monkeypatch):
    lines = ["import numpy as np", "STANDARDISE = False", "missing = str"]
    lines += ["def embed(clips, rate_hz, features):", "    return np.full((len(clips), 2), np.nan, np.float32)"]
    add_embedding(tmp_path, monkeypatch, "broken", "\n".join(lines))
    with pytest.raises(InputError, match="The embedding broken gave NaN"):
        ears(sounds(0).clips, RATE, FEATURES)[0]["broken"].hear(sounds(0).clips)


def test_sets_of_different_rates_are_not_compared():
    sets = {"real": sounds(0), "train": sounds(1), "generated": sounds(2, rate_hz=16000)}
    with pytest.raises(InputError, match="8000, 16000 Hz; compare sounds of one rate"):
        spaces(sets, {}, None)


def test_there_is_a_space_for_each_embedding_one_for_clips_and_with_a_judge_one_for_labels(corpus):
    sets = {"real": sounds(0), "train": sounds(1), "generated": sounds(2)}
    points = {"mfcc": {name: one.features for name, one in sets.items()}}
    by = judge(corpus.table)
    assert [(space.name, space.kind) for space in spaces(sets, points, by)] == [
        ("mfcc", "embedding"),
        ("clips", "clips"),
        ("labels", "labels"),
    ]
    assert [list(space.sets) for space in spaces(sets, points, None)] == [["generated"]] * 2


def test_the_judge_knows_training_labels_its_digest_tells_it_from_others_and_one_label_needs_none(corpus):
    by, again = judge(corpus.table), judge(corpus.table)
    other = judge(corpus.table[corpus.table["label"] != "noise"])
    assert by.labels == ("high", "low", "noise")
    assert by.digest == again.digest != other.digest
    assert judge(corpus.table.assign(label="one")) is None


def test_the_judge_is_fitted_on_the_training_split_alone(corpus):
    misled = corpus.table["label"].where(corpus.table["split"] == "train", "noise")
    assert judge(corpus.table).digest == judge(corpus.table.assign(label=misled)).digest
