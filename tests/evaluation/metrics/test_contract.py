"""Every file in metrics keeps the contract; a new one is picked up by itself."""

import numpy as np
import pytest

from waveloom.evaluation import metrics
from waveloom.evaluation.metrics import Sounds
from waveloom.plugins import available, load


def make_sounds(count: int, seed: int = 0, shift: float = 0.0) -> Sounds:
    draw = np.random.default_rng(seed)
    pitch = draw.uniform(300, 600, (count, 1)) * (1 + shift)
    clips = 0.5 * np.sin(2 * np.pi * pitch * np.arange(2048) / 8000) + 0.01 * draw.standard_normal((count, 2048))
    features = draw.standard_normal((count, 5)) * (1 + shift) + shift
    return Sounds(clips.astype(np.float32), 8000, features.astype(np.float32), np.full(count, ""))


def badness(way: str, value: float, real: float) -> float:
    """How far from the best a value is, for each way a metric may name."""
    return {"lower": value, "higher": -value, "closer to 1": abs(value - 1), "closer to real": abs(value - real)}[way]


@pytest.mark.parametrize("name", available(metrics))
def test_it_says_what_it_means_and_which_way_is_better(name):
    metric = load(metrics, name)
    assert metric.MEANING.endswith(".")
    assert set(metric.BETTER.values()) <= {"lower", "higher", "closer to 1", "closer to real"}
    assert set(metric.score(make_sounds(8), make_sounds(8, seed=1))) == set(metric.BETTER)


@pytest.mark.parametrize("name", available(metrics))
@pytest.mark.parametrize("shift", [0.5, 2.0])
def test_identical_sets_score_better_than_any_other(name, shift):
    metric, real = load(metrics, name), make_sounds(20)
    same, other = metric.score(real, real), metric.score(real, make_sounds(20, seed=1, shift=shift))
    for number, way in metric.BETTER.items():
        assert badness(way, same[number], same[number]) < badness(way, other[number], same[number])


@pytest.mark.parametrize("name", available(metrics))
def test_silence_and_a_collapsed_set_get_finite_scores(name):
    silent = Sounds(np.zeros((4, 2048), np.float32), 8000, np.ones((4, 5), np.float32), np.full(4, ""))
    assert np.isfinite(list(load(metrics, name).score(make_sounds(8), silent).values())).all()


@pytest.mark.parametrize("name", available(metrics))
def test_scores_are_plain_numbers_and_do_not_depend_on_order(name):
    metric, real, generated = load(metrics, name), make_sounds(8), make_sounds(6, seed=1)
    turned = Sounds(generated.clips[::-1], 8000, generated.features[::-1], generated.labels)
    scores = metric.score(real, generated)
    assert all(type(value) is float for value in scores.values())
    assert metric.score(real, turned) == pytest.approx(scores, rel=1e-4)
