import numpy as np
import pytest

from waveloom.training.failures import failures, saturated, symptoms

N, SAMPLES, RATE = 12, 4096, 8000
DRAW = np.random.default_rng(0)
TIME = np.arange(SAMPLES) / RATE
NONE = {"silence": 0.0, "clipping": 0.0, "one_tone": 0.0, "hiss": 0.0}


def chords():
    hertz = DRAW.uniform(100, 3000, (N, 12, 1))
    return (0.05 * np.sin(2 * np.pi * hertz * TIME)).sum(axis=1)


SOUNDS = {
    "silence": np.zeros((N, SAMPLES)),
    "clipping": np.clip(20 * chords(), -1, 1),
    "one_tone": 0.5 * np.sin(2 * np.pi * 440 * TIME) * np.ones((N, 1)),
    "hiss": DRAW.uniform(-0.5, 0.5, (N, SAMPLES)),
}


def points(scale=1.0, count=40):
    return scale * np.random.default_rng(count).standard_normal((count, 6))


def found(clips=None, features=None, real=NONE, trained=None):
    clips = chords() if clips is None else clips
    features = points(count=N) if features is None else features
    return failures(clips, features, real, points(count=30), points() if trained is None else trained)


@pytest.mark.parametrize("name", SOUNDS)
def test_each_symptom_is_found_in_the_sound_that_has_it_and_in_no_other(name):
    shares = symptoms(SOUNDS[name])
    assert shares[name] == 1
    assert {other for other, share in shares.items() if share} == {name}


def test_chords_and_varied_features_are_no_failure():
    assert symptoms(chords()) == NONE
    assert found() == {}


@pytest.mark.parametrize("name", SOUNDS)
def test_a_failure_is_named_with_its_share(name):
    assert "100% of the generated clips" in found(SOUNDS[name])[name]


def test_a_symptom_of_real_clips_is_no_failure():
    assert found(SOUNDS["one_tone"], real={**NONE, "one_tone": 0.8}) == {}


def test_nearly_equal_clips_are_a_collapse():
    assert list(found(features=points(0.1, N))) == ["collapse"]


def test_near_copies_of_training_clips_are_memorised_and_held_out_clips_are_not():
    trained = points()
    assert list(found(features=trained[:N] + 1e-3, trained=trained)) == ["memorised"]
    assert found(features=points(count=N), trained=trained) == {}


def test_a_discriminator_without_loss_is_saturated():
    assert list(saturated(np.full(5, 1e-5))) == ["saturated"]
    assert saturated(np.array([0.7, 1e-5])) == {}
