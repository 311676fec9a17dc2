import math

import numpy as np
import pytest
import tensorflow as tf

from waveloom.training.patch_nce import patch_nce


def test_frames_that_are_all_alike_have_the_entropy_of_a_guess():
    same = tf.ones((2, 8, 3))
    assert float(patch_nce([same], [same])) == pytest.approx(math.log(8), rel=1e-5)


def test_frames_that_only_resemble_their_counterparts_have_no_loss():
    different = tf.eye(8, batch_shape=[2])
    assert float(patch_nce([different], [different])) == pytest.approx(0, abs=1e-4)


def test_two_frames_worked_by_hand():
    source = tf.constant([[[1.0, 0.0], [0.0, 1.0]]])
    translated = tf.constant([[[2.0, 0.0], [3.0, 0.0]]])  # both like the first frame: cosines 1, 0 and 1, 0
    right, wrong = math.log(1 + math.exp(-1)), math.log(1 + math.exp(1))  # cross-entropy at temperature 1
    assert float(patch_nce([source], [translated], temperature=1.0)) == pytest.approx((right + wrong) / 2, rel=1e-5)


def test_the_loss_is_the_mean_over_layers_and_does_not_depend_on_their_scale():
    random = np.random.default_rng(0)
    one, other = (tf.constant(random.standard_normal((2, 4, 5)), tf.float32) for _ in range(2))
    both = float(patch_nce([one, other], [other, one]))
    each = [float(patch_nce([a], [b])) for a, b in ((one, other), (other, one))]
    assert both == pytest.approx(np.mean(each), rel=1e-5)
    assert float(patch_nce([7 * one], [0.1 * other])) == pytest.approx(each[0], rel=1e-5)


def test_only_the_translation_is_trained():
    source, translated = tf.Variable(tf.eye(4, batch_shape=[1])), tf.Variable(tf.ones((1, 4, 4)))
    with tf.GradientTape() as tape:
        loss = patch_nce([source], [translated])
    gradients = tape.gradient(loss, [source, translated])
    assert gradients[0] is None
    assert gradients[1] is not None
