"""Every file in baselines fulfils the contract; a new one is found automatically."""

import numpy as np
import pytest

from tests.evaluation.conftest import RATE, SAMPLES, make_clips
from waveloom.config.plugins import available, load
from waveloom.evaluation import baselines
from waveloom.evaluation.metrics import Sounds


def training(labels: tuple[str, ...] = ("low", "high", "noise"), each: int = 12, samples: int = SAMPLES) -> Sounds:
    clips = np.concatenate([make_clips(label, each)[:, :samples] for label in labels])
    return Sounds(clips, RATE, np.zeros((len(clips), 0)), np.repeat(labels, each))


@pytest.fixture(params=available(baselines))
def baseline(request):
    return load(baselines, request.param)


def test_it_has_a_title_and_a_meaning(baseline):
    assert baseline.TITLE
    assert baseline.MEANING.startswith(baseline.TITLE)
    assert baseline.MEANING.endswith(".")


@pytest.mark.parametrize("count", [1, 7, 50])
def test_it_makes_the_requested_number_of_finite_clips(baseline, count):
    clips, labels = baseline.make(training(), count, seed=0)
    assert clips.shape == (count, SAMPLES)
    assert clips.dtype == np.float32
    assert np.isfinite(clips).all()
    assert np.abs(clips).max() <= 1
    assert set(labels) <= {"", "low", "high", "noise"}
    assert len(labels) == count


def test_equal_seeds_give_equal_clips_and_other_seeds_others(baseline):
    one, two, other = (baseline.make(training(), 6, seed)[0] for seed in (0, 0, 1))
    assert one.tobytes() == two.tobytes() != other.tobytes()


def test_odd_lengths_unlabelled_sounds_and_very_few_sounds_are_accepted(baseline):
    assert baseline.make(training(samples=1999), 3, seed=0)[0].shape == (3, 1999)
    unlabelled = Sounds(make_clips("low", 5), RATE, np.zeros((5, 0)), np.full(5, ""))
    assert set(baseline.make(unlabelled, 4, seed=0)[1]) == {""}
    assert len(baseline.make(training(("low", "high"), each=1), 4, seed=0)[0]) == 4
