import pytest
import tensorflow as tf

from waveloom.models.recipe import Augment
from waveloom.training.augment_probability import AugmentProbability, adapted

CONFIG = Augment(kinds=("gain",), probability="adaptive", target=0.6, span=400)


def logits(positive, negative):
    return tf.constant([[2.0]] * positive + [[-0.1]] * negative)


def test_if_all_real_clips_are_classified_as_real_it_rises_by_batch_over_span():
    assert float(adapted(0.5, logits(8, 0), 0.6, 400)) == pytest.approx(0.52)


def test_if_all_real_clips_are_classified_as_fake_it_falls():
    assert float(adapted(0.5, logits(0, 8), 0.6, 400)) == pytest.approx(0.48)


def test_the_mean_sign_is_compared_with_the_target():
    assert float(adapted(0.5, logits(9, 1), 0.6, 400)) > 0.5  # r_t = 0.8
    assert float(adapted(0.5, logits(7, 3), 0.6, 400)) < 0.5  # r_t = 0.4


def test_it_stays_within_0_and_1():
    assert float(adapted(0.0, logits(0, 8), 0.6, 400)) == 0
    assert float(adapted(1.0, logits(8, 0), 0.6, 400)) == 1


def test_it_starts_at_0_is_part_of_the_state_and_is_reported():
    probability = AugmentProbability(CONFIG)
    assert float(probability.value) == 0
    probability.update(logits(4, 0))
    assert [float(variable) for variable in probability.variables] == pytest.approx([0.01])
    assert float(probability.metrics()["augment_probability"]) == pytest.approx(0.01)


def test_a_constant_probability_does_not_adapt():
    probability = AugmentProbability(Augment(kinds=("gain",), probability=0.3))
    probability.update(logits(4, 0))
    assert probability.value == 0.3
    assert (probability.variables, probability.metrics()) == ([], {})
