import pytest
import tensorflow as tf

from waveloom.models.recipe import Augment
from waveloom.training.adaptive import Chance, followed

RULE = Augment(kinds=("gain",), probability="adaptive", target=0.6, span=400)


def logits(positive, negative):
    return tf.constant([[2.0]] * positive + [[-0.1]] * negative)


def test_a_discriminator_sure_of_all_real_clips_raises_it_by_the_batch_over_the_span():
    assert float(followed(0.5, logits(8, 0), 0.6, 400)) == pytest.approx(0.52)


def test_a_discriminator_that_takes_all_for_fake_lowers_it():
    assert float(followed(0.5, logits(0, 8), 0.6, 400)) == pytest.approx(0.48)


def test_what_decides_is_the_mean_sign_against_the_target():
    assert float(followed(0.5, logits(9, 1), 0.6, 400)) > 0.5  # r_t = 0.8
    assert float(followed(0.5, logits(7, 3), 0.6, 400)) < 0.5  # r_t = 0.4


def test_it_stays_within_0_and_1():
    assert float(followed(0.0, logits(0, 8), 0.6, 400)) == 0
    assert float(followed(1.0, logits(8, 0), 0.6, 400)) == 1


def test_it_begins_at_0_is_part_of_the_state_and_is_reported():
    chance = Chance(RULE)
    assert float(chance.value) == 0
    chance.follow(logits(4, 0))
    assert [float(variable) for variable in chance.variables] == pytest.approx([0.01])
    assert float(chance.said()["augment_probability"]) == pytest.approx(0.01)


def test_a_fixed_one_listens_to_nobody():
    chance = Chance(Augment(kinds=("gain",), probability=0.3))
    chance.follow(logits(4, 0))
    assert chance.value == 0.3
    assert (chance.variables, chance.said()) == ([], {})
