import json

import numpy as np
import pytest

from tests.evaluation.translation.conftest import DOMAINS, FakeTranslator, make_model, perfect
from waveloom.evaluation.evaluate import Evaluate
from waveloom.evaluation.translation.evaluate import evaluate_translator

CONFIG = Evaluate(samples=100, players=4)


@pytest.fixture(scope="module")
def of_perfect(paired):
    return evaluate_translator(perfect(paired), None, make_model(), paired, CONFIG)


@pytest.fixture(scope="module")
def of_identity(paired):
    return evaluate_translator(FakeTranslator(lambda samples, _: samples), None, make_model(), paired, CONFIG)


def test_a_perfect_translator_scores_like_the_true_target(of_perfect):
    metrics = of_perfect.metrics
    assert metrics["log_spectral_distance_db"]["truth"]["translated"] == pytest.approx(0, abs=0.05)
    for number, space in (("onset_f1", "source"), ("chroma_cosine", "source"), ("style_accuracy", "mfcc")):
        assert metrics[number][space]["translated"] == pytest.approx(metrics[number][space]["target"], abs=0.02)
    assert metrics["style_accuracy"]["mfcc"]["translated"] > 0.9
    assert metrics["kernel_distance"]["mfcc"]["translated"] == pytest.approx(0, abs=0.5)


def test_a_translator_that_does_nothing_scores_like_the_source(of_identity):
    metrics = of_identity.metrics
    for number, spaces in metrics.items():
        for space, systems in spaces.items() if isinstance(spaces, dict) and number in metrics["better"] else ():
            if "source" in systems and isinstance(systems["source"], float):
                assert systems["translated"] == pytest.approx(systems["source"], rel=1e-3, abs=1e-3), (number, space)
    assert metrics["onset_f1"]["source"]["translated"] == 1
    assert metrics["change_db"]["source"]["translated"] == 0
    assert metrics["style_accuracy"]["mfcc"]["translated"] < 0.1
    assert metrics["relative"]["log_spectral_distance_db"]["truth"]["source"] == pytest.approx(1)
    assert metrics["cycle_spectral_snr_db"]["source"]["translated"] == 100


def test_the_round_trip_is_nearer_to_the_truth_than_doing_nothing(of_identity):
    distance = of_identity.metrics["log_spectral_distance_db"]["truth"]
    assert distance["target"] == 0
    assert 0 < distance["round_trip"] < 0.5 * distance["source"]
    assert set(distance) == {"translated", "source", "mean_eq", "musaicing", "round_trip", "target"}


def test_every_number_has_an_interval_around_it_or_a_reason(of_identity):
    metrics = of_identity.metrics
    json.dumps(metrics, allow_nan=False)
    for number in metrics["better"]:
        for space, systems in metrics[number].items():
            for system, value in systems.items():
                if isinstance(value, str):
                    assert value.startswith("not measured: ")
                else:
                    low, high = (metrics[limit][number][space][system] for limit in ("lower", "upper"))
                    assert isinstance(low, str) or low - 1e-9 <= value <= high + 1e-9, (number, system)


def test_every_direction_is_translated_and_named_in_the_samples(of_identity, paired):
    samples = of_identity.samples
    assert len(samples) == 3 * 6 == len(of_identity.outputs)
    assert set(zip(samples["domain"], samples["label"], strict=True)) == {
        (a, b) for a in DOMAINS for b in DOMAINS if a != b
    }
    assert samples["file"].is_unique
    assert (samples["onset_f1"] == 1).all()
    assert set(samples["truth"]) <= set(paired.recordings["name"])


def test_the_same_inputs_give_the_same_numbers(of_perfect, paired):
    again = evaluate_translator(perfect(paired), None, make_model(), paired, CONFIG)
    assert json.dumps(again.metrics) == json.dumps(of_perfect.metrics)
    assert all(
        np.array_equal(a.sound.samples, b.sound.samples) for a, b in zip(again.outputs, of_perfect.outputs, strict=True)
    )
