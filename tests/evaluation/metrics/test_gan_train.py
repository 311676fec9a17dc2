import numpy as np
import pytest

from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference, Sounds
from waveloom.evaluation.metrics.gan_train import note, score
from waveloom.evaluation.points import Part

PLACES = {"a": 0.0, "b": 10.0, "c": 20.0}


def part(labels: str, seed: int = 0, names: str = "") -> Part:
    """A point near each label's place, called by `names` where given."""
    draw = np.random.default_rng(seed)
    rows = np.array([[PLACES[label], 0] for label in labels]) + draw.uniform(-1, 1, (len(labels), 2))
    called = np.array(list(names or labels))
    return Part(Sounds(np.zeros((len(labels), 8)), 8000, rows, called), called)


REAL, TRAIN = part("abc" * 5, seed=1), part("abc" * 20, seed=2)


def test_sounds_of_the_right_label_teach_all_and_wrong_ones_mislead():
    assert score(part("abc" * 6), Reference(REAL, TRAIN)) == {"gan_train": 1, "gan_train_ratio": 1}
    assert score(part("abc" * 6, names="bca" * 6), Reference(REAL, TRAIN))["gan_train"] == 0


def test_a_label_never_generated_is_never_recognised_and_it_says_which():
    judged = part("ab" * 6)
    assert score(judged, Reference(REAL, TRAIN))["gan_train"] == pytest.approx(2 / 3)
    assert "none of c" in note(judged, Reference(REAL, TRAIN))
    assert note(part("abc"), Reference(REAL, TRAIN)) == ""


def test_useless_training_sounds_are_no_bound():
    misled = part("abc" * 20, names="bca" * 20)
    assert score(part("abc" * 6), Reference(REAL, misled))["gan_train_ratio"].startswith(ABSENT)


@pytest.mark.parametrize("labels", ["aaaa", "abc"])
def test_one_label_or_one_sound_of_each_teaches_nothing(labels):
    with pytest.raises(NotMeasuredError, match="two sounds or more of each of two labels"):
        score(part(labels), Reference(REAL, TRAIN))
