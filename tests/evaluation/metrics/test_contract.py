"""Every file in metrics fulfils the contract; a new one is found automatically."""

import contextlib
import math

import numpy as np
import pytest

from waveloom.config.plugins import available, load
from waveloom.evaluation import metrics
from waveloom.evaluation.comparison import HALVINGS, compare
from waveloom.evaluation.metrics import ABSENT, WAYS, LabelClassifier, NotMeasuredError, Reference, Sounds
from waveloom.evaluation.subset import Subset

LABELS = ("high", "low")
ORDER_DEPENDENT = ("frechet_distance_infinite",)  # depends on which sounds are drawn together


def probabilities(sounds: Sounds) -> np.ndarray:
    """A classifier that predicts "high" if the first feature is above 0."""
    high = 1 / (1 + np.exp(-4 * sounds.features[:, :1]))
    return np.concatenate([high, 1 - high], axis=1)


def make_sounds(count: int, seed: int = 0, shift: float = 0.0) -> Sounds:
    draw = np.random.default_rng(seed)
    pitch = draw.uniform(300, 600, (count, 1)) * (1 + shift)
    loudness = np.repeat(draw.uniform(0.05, 0.8, (count, 8)), 512, axis=1)
    hiss = np.repeat(draw.uniform(0.0, 0.1, (count, 16)), 256, axis=1) * draw.standard_normal((count, 4096))
    clips = loudness * np.sin(2 * np.pi * pitch * np.arange(4096) / 8000) + hiss * (1 + shift)
    features = draw.standard_normal((count, 5)) * (1 + shift) + shift
    labels = np.where(features[:, 0] > shift, *LABELS)
    return Sounds(clips.astype(np.float32), 8000, features.astype(np.float32), labels)


def select(sounds: Sounds, rows: np.ndarray) -> Sounds:
    return Sounds(sounds.clips[rows], 8000, sounds.features[rows], sounds.labels[rows])


def collapsed(sounds: Sounds) -> Sounds:
    """Copies of one sound of each label."""
    first = [int(np.flatnonzero(sounds.labels == label)[0]) for label in LABELS]
    return select(sounds, np.resize(first, len(sounds)))


def subset(metric, sounds: Sounds) -> Subset:
    return Subset(sounds.features if metric.SPACE == "embedding" else sounds, sounds.labels)


def score(metric, evaluated: Sounds, real: Sounds, train: Sounds | None = None) -> dict:
    classifier = LabelClassifier(LABELS, probabilities, "digest") if metric.SPACE == "labels" else None
    reference = Reference(subset(metric, real), subset(metric, train or make_sounds(40, seed=9)), classifier)
    return metric.score(subset(metric, evaluated), reference)


def badness(way: str, value: float, floor: float) -> float:
    """How far from the best a value is, for each way a metric may name."""
    best = {"closer to 1": 1, "closer to 0.5": 0.5, "closer to floor": floor}
    return {"lower": value, "higher": -value}.get(way, abs(value - best.get(way, 0)))


@pytest.fixture(params=available(metrics))
def metric(request):
    return load(metrics, request.param)


def test_a_metric_names_its_space_its_meaning_and_the_better_direction(metric):
    assert metric.SPACE in ("embedding", "clips", "labels")
    assert metric.MEANING.endswith(".")
    assert set(metric.BETTER.values()) <= set(WAYS)
    assert set(score(metric, make_sounds(20), make_sounds(20, seed=1))) == set(metric.BETTER)


@pytest.mark.parametrize("shift", [0.5, 2.0])
def test_no_set_scores_better_than_the_real_set_itself(metric, shift):
    real = make_sounds(40)
    same, other = score(metric, real, real), score(metric, make_sounds(40, seed=1, shift=shift), real)
    for number, way in metric.BETTER.items():
        assert badness(way, same[number], same[number]) <= badness(way, other[number], same[number]) + 1e-6, number


def test_some_other_set_scores_worse_than_the_real_set_itself(metric):
    train = make_sounds(40, seed=9)
    real, others = make_sounds(40), (make_sounds(40, seed=1, shift=2.0), train, collapsed(train))
    same, *rest = (score(metric, evaluated, real, train) for evaluated in (real, *others))
    for number, way in metric.BETTER.items():
        assert badness(way, same[number], same[number]) < max(
            badness(way, other[number], same[number]) for other in rest
        ), number


def test_silence_collapsed_sets_and_tiny_sets_get_finite_scores_or_a_reason(metric):
    flat = Sounds(np.zeros((20, 4096), np.float32), 8000, np.ones((20, 5), np.float32), np.full(20, ""))
    for evaluated, real in [(flat, make_sounds(20)), (make_sounds(20), flat), (flat, flat)]:
        assert_finite_or_not_measured(metric, evaluated, real)
    for count in (2, 3, 5):
        assert_finite_or_not_measured(
            metric, make_sounds(count, seed=3), make_sounds(count), make_sounds(count, seed=4)
        )


def assert_finite_or_not_measured(metric, evaluated: Sounds, real: Sounds, train: Sounds | None = None) -> None:
    with contextlib.suppress(NotMeasuredError):
        values = score(metric, evaluated, real, train).values()
        assert all(value.startswith(ABSENT) if isinstance(value, str) else math.isfinite(value) for value in values)


def test_scores_are_plain_numbers_and_do_not_depend_on_order(metric):
    real, evaluated = make_sounds(20), make_sounds(20, seed=1)
    turned = select(evaluated, np.arange(20)[::-1])
    scores, again = score(metric, evaluated, real), score(metric, turned, real)
    assert all(type(value) is float for value in scores.values())
    for number in set(metric.BETTER) - set(ORDER_DEPENDENT):
        assert again[number] == pytest.approx(scores[number], rel=1e-4, abs=1e-6)


def test_half_of_a_set_scores_the_same_as_a_subset_and_as_a_set_of_its_own(metric):
    real, evaluated = make_sounds(40), make_sounds(40, seed=1)
    rows = np.arange(0, 40, 2)
    alone = select(evaluated, rows)
    classifier = LabelClassifier(LABELS, probabilities, "digest") if metric.SPACE == "labels" else None
    reference = Reference(subset(metric, real), subset(metric, make_sounds(40, seed=9)), classifier)
    found = metric.score(subset(metric, evaluated).take(rows), reference)
    assert found == pytest.approx(metric.score(subset(metric, alone), reference), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("space", ["embedding", "clips", "labels"])
def test_every_number_has_a_margin_and_the_same_seed_gives_the_same_margins(space):
    some = next(metric for metric in (load(metrics, name) for name in available(metrics)) if space == metric.SPACE)
    classifier = LabelClassifier(LABELS, probabilities, "digest")
    real, train, evaluated = (subset(some, make_sounds(40, seed=seed)) for seed in range(3))
    one, two = (compare(space, {"generated": evaluated}, Reference(real, train, classifier), seed=0) for _ in range(2))
    assert one == two
    assert set(one.margins) == set(one.values)
    assert all(margins["generated"] >= 0 for margins in one.margins.values())
    assert HALVINGS >= 10
