import numpy as np
import pytest

from waveloom.training.objectives import bce

REAL, FAKE = np.array([[0.0], [np.log(3)]], np.float32), np.array([[0.0], [-np.log(3)]], np.float32)


def test_the_discriminators_loss_is_the_one_worked_by_hand():
    # Probabilities of real: 1/2 and 3/4 for real clips, 1/2 and 1/4 for fake ones; so -log of 1/2, 3/4, 1/2, 3/4.
    assert float(bce.discriminator_loss(REAL, FAKE)) == pytest.approx((np.log(2) + np.log(4 / 3)) / 2)


def test_smoothing_changes_the_loss_of_real_clips_only_as_worked_by_hand():
    # The target of real is 0.9: 0.9 of -log p and 0.1 of -log (1 - p), for p = 1/2 and 3/4; fake is unchanged.
    real = (np.log(2) + 0.9 * np.log(4 / 3) + 0.1 * np.log(4)) / 2
    fake = (np.log(2) + np.log(4 / 3)) / 2
    assert float(bce.discriminator_loss(REAL, FAKE, smoothing=0.1)) == pytest.approx((real + fake) / 2)


def test_the_generators_loss_is_the_one_worked_by_hand():
    assert float(bce.generator_loss(None, FAKE)) == pytest.approx((np.log(2) + np.log(4)) / 2)


def test_it_equals_the_cross_entropy_of_a_sigmoid_over_the_batch_of_both():
    import keras

    logits = np.random.default_rng(0).normal(size=(8, 1)).astype(np.float32)
    truth = np.repeat([1.0, 0.0], 4)[:, None].astype(np.float32)
    paper = keras.losses.BinaryCrossentropy()(truth, keras.ops.sigmoid(logits))
    assert float(bce.discriminator_loss(logits[:4], logits[4:])) == pytest.approx(float(paper), rel=1e-5)
