"""A critic that is a plain product, whose slope is its weight, makes every penalty a sum worked by hand."""

import pytest
import tensorflow as tf

from waveloom.recipes import Penalty
from waveloom.training.penalties import gradients, mixture_slope, penalise, square_slopes

WEIGHT = tf.constant([3.0, 4.0])  # length 5
REAL, FAKE = tf.random.stateless_normal((4000, 2), (0, 1)), tf.random.stateless_normal((4000, 2), (0, 2))
SEED = tf.constant([0, 3])


def linear(clips):
    return tf.reduce_sum(clips * WEIGHT, axis=1, keepdims=True)


def test_each_clip_gets_the_slope_of_its_own_logit():
    square = gradients(lambda clips: tf.reduce_sum(clips**2, axis=1, keepdims=True), REAL)
    assert float(tf.reduce_max(tf.abs(square - 2 * REAL))) < 1e-5


def test_a_slope_of_five_is_four_too_steep_between_real_and_fake():
    assert float(mixture_slope(linear, REAL, FAKE, SEED)) == pytest.approx(16, rel=1e-5)


def test_the_mixtures_lie_between_real_and_fake():
    seen = []
    mixture_slope(lambda clips: (seen.append(clips), linear(clips))[1], tf.zeros((500, 2)), tf.ones((500, 2)), SEED)
    assert 0 <= float(tf.reduce_min(seen[0])) < 0.05
    assert 0.95 < float(tf.reduce_max(seen[0])) <= 1
    assert float(tf.reduce_max(tf.abs(seen[0][:, 0] - seen[0][:, 1]))) == 0  # one share a clip


def test_the_squared_slope_is_exact_and_its_finite_difference_comes_near():
    assert float(square_slopes(linear, REAL, 0.0, SEED)) == pytest.approx(25, rel=1e-5)
    assert float(square_slopes(linear, REAL, 0.01, SEED)) == pytest.approx(25, rel=0.1)


@pytest.mark.parametrize(("kind", "expected"), [("wgan_gp", 10 * 16), ("r1", 10 / 2 * 25), ("r1_r2", 10 / 2 * 50)])
def test_the_weight_counts_as_in_the_papers(kind, expected):
    assert float(penalise(linear, REAL, FAKE, Penalty(kind=kind, weight=10), SEED)) == pytest.approx(expected, rel=1e-4)


def test_a_penalty_teaches_the_weights_it_is_made_of():
    weight = tf.Variable([3.0, 4.0])
    with tf.GradientTape() as tape:
        paid = square_slopes(lambda clips: clips @ weight[:, None], REAL, 0.0, SEED)
    assert tape.gradient(paid, weight).numpy() == pytest.approx([6, 8], rel=1e-4)
