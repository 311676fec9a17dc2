"""Every file in metrics fulfils the contract; a new one is found automatically."""

import math

import numpy as np
import pytest

from tests.evaluation.translation.conftest import RATE, melody
from tests.sounds import noise, silence
from waveloom.config.plugins import available, load
from waveloom.evaluation.translation import metrics
from waveloom.evaluation.translation.metrics import WAYS
from waveloom.evaluation.translation.sound import Sound


@pytest.fixture(params=available(metrics))
def metric(request):
    module = load(metrics, request.param)
    if hasattr(module, "missing") and module.missing():
        pytest.skip(module.missing())
    return module


def sound(samples: np.ndarray) -> Sound:
    return Sound(samples, RATE)


def test_a_metric_names_its_reference_meaning_units_and_better_direction(metric):
    assert metric.AGAINST in ("source", "truth")
    assert metric.MEANING.endswith(".")
    assert set(metric.BETTER.values()) <= set(WAYS)
    assert set(metric.UNITS) == set(metric.BETTER)


def test_no_sound_scores_better_than_the_reference_itself(metric):
    reference = sound(melody("saw", 1))
    same = metric.score(reference, reference)
    for other in (melody("sine", 1), melody("saw", 2), noise(1.84, gain=0.1)[: len(reference.samples)]):
        found = metric.score(sound(np.resize(other, len(reference.samples))), reference)
        for number, value in found.items():
            way = metric.BETTER[number]
            assert math.isfinite(value)
            assert way == "neither" or (value >= same[number] if way == "lower" else value <= same[number]), number


@pytest.mark.parametrize("samples", [silence(2.0), noise(2.0), melody("sine", 3)], ids=["silence", "noise", "melody"])
def test_silence_noise_and_music_give_finite_numbers_or_none(metric, samples):
    reference = sound(np.resize(melody("saw", 1), 32_000))
    for output, against in ((sound(samples[:32_000]), reference), (reference, sound(samples[:32_000]))):
        output = output.fitted_to(32_000)
        values = metric.score(output, against.fitted_to(32_000))
        assert set(values) <= set(metric.BETTER)
        assert all(math.isfinite(value) for value in values.values())
