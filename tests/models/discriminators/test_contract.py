"""What every file of discriminators/ must keep; a new one is picked up by itself."""

from contextlib import suppress
from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.models import pairs
from tests.models.generators.test_contract import BATCH, SHAPES, draw, mixed
from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.models import discriminators
from waveloom.models.networks import weights_by_name


def build(name, labels, shape=None):
    shape = shape or first_shape(name)
    keras.utils.set_random_seed(3)
    return pairs.build_discriminator(name, shape, labels)


@cache
def first_shape(name):
    """The first shape that the discriminator takes."""
    for shape in SHAPES:
        with suppress(InputError):
            pairs.build_discriminator(name, shape)
            return shape
    pytest.fail(f"{name} takes none of {SHAPES}")


def call(network, name, labels, gain=1.0, training=False):
    """The output as it is, without the cast of `call_network`."""
    clips = gain * draw(BATCH, *first_shape(name))
    return network([clips, tf.range(BATCH) % labels] if labels else clips, training=training)


@pytest.fixture(params=plugins.available(discriminators))
def name(request):
    return request.param


@pytest.mark.parametrize("labels", [0, 3])
def test_it_gives_one_logit_per_clip_or_patch_without_an_activation(name, labels):
    logits = call(build(name, labels), name, labels, gain=1e5).numpy()
    assert logits.shape[0] == BATCH
    assert (logits[0].size > 1) == getattr(plugins.load(discriminators, name), "PATCHES", False)
    assert np.abs(logits).max() > 1  # neither a sigmoid nor a tanh reaches it


@pytest.mark.parametrize(("labels", "expected"), [(0, ["clip"]), (3, ["clip", "label"])])
def test_its_inputs_are_named(name, labels, expected):
    assert [tensor.name for tensor in build(name, labels).inputs] == expected


def test_the_label_changes_the_logits(name):
    network, clips = build(name, labels=3), draw(BATCH, *first_shape(name))
    zeros, ones = (network([clips, tf.fill((BATCH,), label)]) for label in (0, 1))
    assert not np.array_equal(zeros, ones)


def test_the_same_seed_builds_the_same_weights(name):
    first, second = (weights_by_name(build(name, 3)) for _ in range(2))
    assert first.keys() == second.keys()
    for path, weight in first.items():
        np.testing.assert_array_equal(weight, second[path], err_msg=path)


def test_no_name_of_a_weight_depends_on_what_was_built_before(name):
    keras.backend.clear_session()
    expected = list(weights_by_name(build(name, 3)))
    for _ in range(3):
        keras.layers.Dense(1)(keras.Input((2,)))
    assert list(weights_by_name(build(name, 3))) == expected


def test_every_weight_can_learn(name):
    network = build(name, 3)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(call(network, name, 3, training=True) ** 2)
    assert all(gradient is not None for gradient in tape.gradient(loss, network.trainable_weights))


def test_real_and_generated_clips_in_one_call_have_the_logits_of_separate_calls(name):
    network = build(name, 0)
    real, generated = draw(4, *first_shape(name)), 3 * draw(4, *first_shape(name))
    together = network(tf.concat([real, generated], 0)).numpy()
    separate = np.concatenate([network(real), network(generated)])
    np.testing.assert_allclose(together, separate, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("labels", [0, 3])
def test_products_in_bfloat16_end_in_logits_of_float32_and_every_weight_learns(name, labels):
    first_shape(name)
    with mixed():
        network = build(name, labels)
    with tf.GradientTape() as tape:
        logits = call(network, name, labels, training=True)
        loss = tf.reduce_mean(logits**2)
    assert logits.dtype == tf.float32
    assert np.mean(tf.cast(tf.cast(logits, tf.bfloat16), tf.float32) == logits) < 0.5  # not bfloat16 in disguise
    assert {weight.dtype for weight in network.trainable_weights} == {"float32"}
    gradients = tape.gradient(loss, network.trainable_weights)
    assert all(np.isfinite(tf.convert_to_tensor(gradient)).all() for gradient in gradients)


def test_products_in_bfloat16_give_nearly_the_same_logits(name):
    exact = build(name, 3)
    with mixed():
        rounded = build(name, 3)
    rounded.set_weights(exact.get_weights())
    assert np.corrcoef(np.ravel(call(exact, name, 3)), np.ravel(call(rounded, name, 3)))[0, 1] > 0.98


@pytest.mark.parametrize("name", ["dcgan", "gansynth", "patches", "residual", "stylegan"])
def test_a_shape_it_cannot_take_is_refused_with_the_way_out(name):
    with pytest.raises(InputError, match=rf"discriminator {name} cannot .*spectrogram"):
        build(name, 0, shape=(1000,))
