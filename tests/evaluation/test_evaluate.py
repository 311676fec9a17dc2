import json
import math

import numpy as np
import pytest

from tests.evaluation.conftest import make_corpus, make_model
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.evaluation.metrics import WAYS, Sounds
from waveloom.generation.sampler import Sampler
from waveloom.models.model import Model

CONFIG = Evaluate(samples=10, clips=9, folds=3, players=4)


@pytest.fixture(scope="module")
def conditioned(corpus, conditional):
    return evaluate(corpus.store, corpus.table, conditional, corpus.features, CONFIG, corpus.scaler)


def leaves(tree: dict) -> list:
    return [leaf for value in tree.values() for leaf in (leaves(value) if isinstance(value, dict) else [value])]


def test_every_metric_is_a_finite_number_or_a_reason_why_it_was_not_measured(conditioned):
    assert_numbers_or_reasons(conditioned.metrics)


def assert_numbers_or_reasons(metrics: dict) -> None:
    tree = json.loads(json.dumps(metrics, allow_nan=False))
    for leaf in leaves(
        {
            name: value
            for name, value in tree.items()
            if name not in ("embeddings", "label_classifier", "notes", "better", "left_out")
        }
    ):
        assert math.isfinite(leaf) if isinstance(leaf, int | float) else leaf.startswith("not measured")


def test_every_distance_has_a_floor_a_ceiling_and_baselines(conditioned):
    distance = conditioned.metrics["kernel_distance"]["mfcc"]
    assert set(distance) == {"generated", "floor", "ceiling", "noise", "jitter", "mixture"}
    assert conditioned.metrics["margins"]["kernel_distance"]["mfcc"]["generated"] > 0
    assert distance["floor"] < distance["generated"]
    # The waveform representation loses nothing, so its ceiling is the floor itself.
    assert distance["ceiling"] == distance["floor"]
    assert conditioned.metrics["round_trip"]["snr_db"] == 100


def test_every_number_has_a_better_direction(conditioned):
    better = conditioned.metrics["better"]
    assert set(better.values()) <= set(WAYS)
    expected = {number for number in conditioned.metrics["margins"] if number != "round_trip"}
    assert expected | {"label_agreement", "mean_opinion_score", *conditioned.metrics["round_trip"]} == set(better)


def test_the_embeddings_and_the_classifier_are_named(conditioned, corpus):
    assert conditioned.metrics["embeddings"]["mfcc"]["dimensions"] == len(corpus.scaler.mean)
    assert conditioned.metrics["embeddings"]["mfcc"]["version"]
    assert conditioned.metrics["label_classifier"]["labels"] == 3
    assert len(conditioned.metrics["label_classifier"]["digest"]) == 64


def test_jittered_training_sounds_score_better_than_noise(conditioned):
    distance = conditioned.metrics["kernel_distance"]["mfcc"]
    assert distance["jitter"] < distance["noise"]
    assert conditioned.metrics["gan_train"]["labels"]["jitter"] == 1
    assert conditioned.metrics["gan_train"]["labels"]["noise"].startswith("not measured: ")


def test_samples_have_their_origin_and_equally_many_of_each_label(conditioned, conditional):
    assert list(conditioned.samples) == ["file", "seed", "label", "model"]
    assert conditioned.samples["label"].value_counts().to_dict() == {"high": 3, "low": 3, "noise": 3}
    assert set(conditioned.samples["model"]) == {conditional.digest}
    assert conditioned.generated.clips.shape == (9, 2048)


def test_no_more_real_clips_are_read_than_allowed(conditioned):
    sizes = conditioned.metrics["sets"]
    assert (sizes["real"], sizes["floor"]) == (9, 9)
    assert sorted(np.unique(conditioned.real.labels, return_counts=True)[1]) == [3, 3, 3]


def test_without_labels_agreement_snr_and_opinion_are_not_measured(corpus, unconditional):
    metrics = evaluate(corpus.store, corpus.table, unconditional, corpus.features, CONFIG, corpus.scaler).metrics
    for name in ("label_agreement", "snr_db"):
        assert metrics[name]["generated"].startswith("not measured: ")
    assert metrics["mean_opinion_score"] == {"generated": "not measured (0 listeners)"}
    assert metrics["sets"]["generated"] == 10


def test_the_same_inputs_give_the_same_numbers_and_sounds(corpus, conditional, conditioned):
    again = evaluate(corpus.store, corpus.table, conditional, corpus.features, CONFIG, corpus.scaler)
    assert json.dumps(again.metrics) == json.dumps(conditioned.metrics)
    assert again.generated.clips.tobytes() == conditioned.generated.clips.tobytes()
    assert again.confusion.equals(conditioned.confusion)


def test_real_sounds_instead_of_generated_ones_score_like_the_floor(corpus, conditional, monkeypatch):
    train = np.flatnonzero(corpus.store.index["split"] == "train")[:24]
    clips = corpus.store.read(train)[np.argsort(np.tile(range(8), 3), kind="stable")]  # low, high, noise, low, ...
    order = np.array([1, 0, 2])  # the order of the model is high, low, noise

    def clips_and_redraws(sampler: Sampler, seeds: range, labels: list[str]) -> tuple[np.ndarray, np.ndarray]:
        return clips.reshape(8, 3, -1)[:, order].reshape(24, -1)[: len(seeds)], np.zeros(len(seeds))

    monkeypatch.setattr(Sampler, "clips_and_redraws", clips_and_redraws)
    found = evaluate(
        corpus.store, corpus.table, conditional, corpus.features, Evaluate(samples=24, folds=3), corpus.scaler
    )
    assert found.metrics["label_agreement"] == {"generated": 1, "real": 1}
    distance = found.metrics["kernel_distance"]["mfcc"]
    assert abs(distance["generated"]) < 0.2 * distance["noise"]
    nearest = found.metrics["nearest_train"]["mfcc"]
    assert nearest["generated"] < nearest["floor"]
    assert isinstance(found.generated, Sounds)


def test_a_table_of_other_clips_is_refused(corpus, conditional):
    with pytest.raises(InputError, match="Run features again"):
        evaluate(corpus.store, corpus.table.iloc[1:], conditional, corpus.features, CONFIG, corpus.scaler)


def test_a_table_of_nan_is_refused(corpus, conditional):
    broken = corpus.table.copy()
    broken.loc[3, "mfcc_00_mean"] = np.nan
    with pytest.raises(InputError, match="feature table holds NaN"):
        evaluate(corpus.store, broken, conditional, corpus.features, CONFIG, corpus.scaler)


def test_two_sounds_a_set_and_a_corpus_of_one_label_give_reasons_instead_of_numbers(tmp_path):
    single = make_corpus(tmp_path / "clips", labels=("low",))
    config = Evaluate(samples=2, clips=2, training_clips=2)
    metrics = evaluate(single.store, single.table, make_model([]), single.features, config, single.scaler).metrics
    assert metrics["precision"]["mfcc"]["generated"] == "not measured: 2 sounds are too few; it needs 6 in each set"
    assert metrics["inception_score"]["labels"]["generated"].startswith("not measured: the corpus has fewer")
    assert metrics["label_classifier"].startswith("not measured: ")
    assert_numbers_or_reasons(metrics)


def test_a_generator_of_another_rate_is_refused(corpus, conditional):
    other = Model({**conditional.spec, "rate_hz": 16000}, conditional.weights)
    with pytest.raises(InputError, match=r"16000 Hz.*8000 Hz.*Run train again"):
        evaluate(corpus.store, corpus.table, other, corpus.features, CONFIG, corpus.scaler)


def test_a_generator_of_nan_is_refused(corpus, conditional):
    broken = Model(conditional.spec, {name: np.full_like(w, np.nan) for name, w in conditional.weights.items()})
    with pytest.raises(InputError, match="NaN or infinite"):
        evaluate(corpus.store, corpus.table, broken, corpus.features, CONFIG, corpus.scaler)


def test_cached_embeddings_of_real_sounds_are_reused_and_change_no_number(tmp_path, corpus, conditional, conditioned):
    first = evaluate(corpus.store, corpus.table, conditional, corpus.features, CONFIG, corpus.scaler, tmp_path)
    written = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    second = evaluate(corpus.store, corpus.table, conditional, corpus.features, CONFIG, corpus.scaler, tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == written
    assert first.metrics == second.metrics == conditioned.metrics
    usable = [name for name, info in first.metrics["embeddings"].items() if isinstance(info, dict)]
    # All but the seed, the generated sounds, and the ceiling, which equals the floor for a lossless representation.
    assert len(written) == len(usable) * (len(first.metrics["sets"]) - 3)
