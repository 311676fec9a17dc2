"""A linear discriminator's gradient is its weight, so that every penalty can be worked out by hand."""

import keras
import pytest
import tensorflow as tf

from tests.models.discriminators import test_contract as contract
from tests.models.pairs import build_discriminator
from waveloom.config import plugins
from waveloom.models import discriminators
from waveloom.models.layers.phase_shuffle import PhaseShuffle
from waveloom.models.recipe import Penalty
from waveloom.training.penalties import (
    from_one_state,
    gradient_penalty,
    gradients,
    interpolated_penalty,
    squared_gradients,
)

WEIGHT = tf.constant([3.0, 4.0])  # length 5
REAL, FAKE = tf.random.stateless_normal((4000, 2), (0, 1)), tf.random.stateless_normal((4000, 2), (0, 2))
SEED = tf.constant([0, 3])


def linear(clips):
    return tf.reduce_sum(clips * WEIGHT, axis=1, keepdims=True)


def test_each_clip_has_the_gradient_of_its_own_logit():
    square = gradients(lambda clips: tf.reduce_sum(clips**2, axis=1, keepdims=True), REAL)
    assert float(tf.reduce_max(tf.abs(square - 2 * REAL))) < 1e-5


def test_a_gradient_norm_of_5_has_a_penalty_of_4_squared():
    assert float(interpolated_penalty(linear, REAL, FAKE, SEED)) == pytest.approx(16, rel=1e-5)


def test_the_penalty_is_taken_between_real_and_fake_clips():
    seen = []
    interpolated_penalty(
        lambda clips: (seen.append(clips), linear(clips))[1], tf.zeros((500, 2)), tf.ones((500, 2)), SEED
    )
    assert 0 <= float(tf.reduce_min(seen[0])) < 0.05
    assert 0.95 < float(tf.reduce_max(seen[0])) <= 1
    assert float(tf.reduce_max(tf.abs(seen[0][:, 0] - seen[0][:, 1]))) == 0  # one share per clip


def test_the_squared_gradient_is_exact_and_its_finite_difference_is_close():
    assert float(squared_gradients(linear, REAL, 0.0, SEED)) == pytest.approx(25, rel=1e-5)
    assert float(squared_gradients(linear, REAL, 0.01, SEED)) == pytest.approx(25, rel=0.1)


@pytest.mark.parametrize(("kind", "expected"), [("wgan_gp", 10 * 16), ("r1", 10 / 2 * 25), ("r1_r2", 10 / 2 * 50)])
def test_the_weights_are_those_of_the_papers(kind, expected):
    assert float(gradient_penalty(linear, REAL, FAKE, Penalty(kind=kind, weight=10), SEED)) == pytest.approx(
        expected, rel=1e-4
    )


def test_the_penalty_has_a_gradient_for_the_discriminators_weights():
    weight = tf.Variable([3.0, 4.0])
    with tf.GradientTape() as tape:
        penalty = squared_gradients(lambda clips: clips @ weight[:, None], REAL, 0.0, SEED)
    assert tape.gradient(penalty, weight).numpy() == pytest.approx([6, 8], rel=1e-4)


RANDOM = {
    "dropout": lambda: keras.layers.Dropout(0.5),
    "dropout of channels": lambda: keras.layers.SpatialDropout1D(0.5),
    "added noise": lambda: keras.layers.GaussianNoise(1.0),
    "multiplied noise": lambda: keras.layers.GaussianDropout(0.5),
    "alpha dropout": lambda: keras.layers.AlphaDropout(0.5),
    "phase shuffle": lambda: PhaseShuffle(3),
}


def random_discriminator(layer):
    """Linear, random, linear: finite differences are exact for any step if the random state is the same."""
    keras.utils.set_random_seed(5)
    clip = keras.Input((16, 4))
    x = keras.layers.Flatten()(RANDOM[layer]()(keras.layers.Dense(8)(clip)))
    return keras.Model(clip, keras.layers.Dense(1)(x))


def exact_directional(discriminator, clips, seed):
    """Mean squared derivative in the direction drawn by `seed`, by automatic differentiation, at the current state."""
    values = [variable.numpy() for variable in discriminator.non_trainable_variables]
    direction = tf.random.stateless_normal(tf.shape(clips), seed)
    with tf.autodiff.ForwardAccumulator(clips, direction) as forward:
        logits = discriminator(clips, training=True)
    for variable, value in zip(discriminator.non_trainable_variables, values, strict=True):
        variable.assign(value)
    return float(tf.reduce_mean(forward.jvp(logits) ** 2))


@pytest.mark.parametrize("difference", [0.01, 0.001])
@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("layer", RANDOM)
def test_a_random_discriminator_has_the_gradient_of_one_random_state(layer, compiled, difference):
    discriminator, clips = random_discriminator(layer), tf.random.stateless_normal((6, 16, 4), (0, 7))
    estimate = tf.function(squared_gradients, autograph=False) if compiled else squared_gradients
    logits_of = lambda clips: discriminator(clips, training=True)  # noqa: E731
    for _ in range(3):  # each with another random state
        expected = exact_directional(discriminator, clips, SEED)
        assert float(estimate(logits_of, clips, difference, SEED)) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("name", plugins.available(discriminators))
def test_the_finite_difference_of_every_discriminator_is_close_to_its_exact_derivative(name):
    discriminator, clips = (
        contract.build(name, 0),
        0.3 * contract.draw(contract.BATCH, *contract.first_shape(name)),
    )
    expected = exact_directional(discriminator, clips, SEED)
    found = float(squared_gradients(lambda clips: discriminator(clips, training=True), clips, 0.0003, SEED))
    assert found == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("kind", ["r1", "r1_r2"])
def test_over_many_directions_the_finite_difference_has_the_exact_penalty_as_its_mean(kind):
    discriminator = build_discriminator("dense", (1024,))
    real, fake = (0.3 * tf.random.stateless_normal((256, 1024), (0, number)) for number in (1, 2))
    logits_of = lambda clips: discriminator(clips, training=True)  # noqa: E731
    exact, *found = (
        float(gradient_penalty(logits_of, real, fake, Penalty(kind=kind, difference=step), SEED))
        for step in (0.0, 0.01, 0.001)
    )
    assert found == pytest.approx([exact, exact], rel=0.3)  # with different dropout masks: hundreds of times as much


def test_products_in_bfloat16_use_one_random_state_too():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        discriminator = random_discriminator("dropout")
    finally:
        keras.config.set_dtype_policy("float32")
    clips = tf.random.stateless_normal((6, 16, 4), (0, 7))
    logits_of = lambda clips: tf.cast(discriminator(clips, training=True), tf.float32)  # noqa: E731
    exact = exact_directional(discriminator, clips, SEED)
    assert float(squared_gradients(logits_of, clips, 0.1, SEED)) == pytest.approx(exact, rel=0.5)


def test_calls_from_one_state_leave_the_state_of_one_call():
    discriminator, clips = random_discriminator("dropout"), tf.ones((2, 16, 4))
    first, again = from_one_state(lambda clips: discriminator(clips, training=True), clips, clips)
    assert first.numpy().tolist() == again.numpy().tolist()
    other = discriminator(clips, training=True)
    fresh = random_discriminator("dropout")
    fresh(clips, training=True)
    assert other.numpy().tolist() == fresh(clips, training=True).numpy().tolist() != first.numpy().tolist()
