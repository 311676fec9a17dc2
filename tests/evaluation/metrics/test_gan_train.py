import numpy as np
import pytest

from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference, Sounds
from waveloom.evaluation.metrics.gan_train import note, score
from waveloom.evaluation.subset import Subset

CENTRES = {"a": 0.0, "b": 10.0, "c": 20.0}


def subset(labels: str, seed: int = 0, names: str = "") -> Subset:
    """A point near the centre of each label, labelled by `names` if given."""
    draw = np.random.default_rng(seed)
    rows = np.array([[CENTRES[label], 0] for label in labels]) + draw.uniform(-1, 1, (len(labels), 2))
    labelled = np.array(list(names or labels))
    return Subset(Sounds(np.zeros((len(labels), 8)), 8000, rows, labelled), labelled)


REAL, TRAIN = subset("abc" * 5, seed=1), subset("abc" * 20, seed=2)


def test_right_labels_give_full_accuracy_and_wrong_labels_none():
    assert score(subset("abc" * 6), Reference(REAL, TRAIN)) == {"gan_train": 1, "gan_train_ratio": 1}
    assert score(subset("abc" * 6, names="bca" * 6), Reference(REAL, TRAIN))["gan_train"] == 0


def test_a_label_that_was_never_generated_is_never_recognised_and_is_named():
    evaluated = subset("ab" * 6)
    assert score(evaluated, Reference(REAL, TRAIN))["gan_train"] == pytest.approx(2 / 3)
    assert "no sounds of c" in note(evaluated, Reference(REAL, TRAIN))
    assert note(subset("abc"), Reference(REAL, TRAIN)) == ""


def test_mislabelled_training_sounds_give_no_ratio():
    misled = subset("abc" * 20, names="bca" * 20)
    assert score(subset("abc" * 6), Reference(REAL, misled))["gan_train_ratio"].startswith(ABSENT)


@pytest.mark.parametrize("labels", ["aaaa", "abc"])
def test_one_label_or_one_sound_per_label_is_not_measured(labels):
    with pytest.raises(NotMeasuredError, match="two sounds or more of each of two labels"):
        score(subset(labels), Reference(REAL, TRAIN))
