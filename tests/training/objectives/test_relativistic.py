import numpy as np
import pytest

from tests.training import small
from tests.training.callbacks import uninterrupted_and_resumed
from waveloom.generation.sampler import Sampler
from waveloom.training.objectives import relativistic

REAL = np.array([[0.0], [np.log(3)]], np.float32)
FAKE = np.array([[0.0], [-np.log(3)]], np.float32)


def test_the_discriminators_loss_is_the_one_worked_by_hand():
    # Differences real - fake: 0 and log 9. log(1 + e^0) = log 2, log(1 + e^-log 9) = log(10 / 9).
    assert float(relativistic.discriminator_loss(REAL, FAKE)) == pytest.approx((np.log(2) + np.log(10 / 9)) / 2)


def test_the_generators_loss_is_the_one_worked_by_hand():
    # Differences fake - real: 0 and -log 9. log(1 + e^0) = log 2, log(1 + e^log 9) = log 10.
    assert float(relativistic.generator_loss(REAL, FAKE)) == pytest.approx((np.log(2) + np.log(10)) / 2)


def test_clips_are_compared_in_pairs():
    swapped = REAL[::-1]  # differences -log(1/3) and log 3 instead of 0 and log 9: log(4/3) twice
    assert float(relativistic.discriminator_loss(swapped, FAKE)) == pytest.approx(np.log(4 / 3))


def test_a_constant_added_to_all_logits_changes_nothing():
    for loss in (relativistic.discriminator_loss, relativistic.generator_loss):
        assert float(loss(REAL + 5, FAKE + 5)) == pytest.approx(float(loss(REAL, FAKE)), rel=1e-5)


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {
            "discriminator_training": {"penalty": {"kind": "r1_r2", "difference": 0.01}, "updates": 2},
            "condition": "none",
        },
        small.DUAL,
    ],
    ids=["generation", "finite differences", "dual"],
)
def test_with_both_penalties_it_trains_and_resumes_to_the_same_bits(store, tmp_path, overrides):
    discriminator = {"penalty": {"kind": "r1_r2", "weight": 1.0}}
    recipe = small.recipe(**{"objective": "relativistic", "discriminator_training": discriminator, **overrides})
    arguments = (small.data(store), recipe, small.CONFIG)
    (whole, history), (again, _) = uninterrupted_and_resumed(arguments, tmp_path)
    assert again.digest == whole.digest
    assert np.isfinite(history[["discriminator_loss", "generator_loss"]]).all(axis=None)
    labels = ["high", "low"] if whole.spec["labels"] else None
    assert Sampler(whole).clips([1, 2], labels).shape == (2, small.SAMPLES)
