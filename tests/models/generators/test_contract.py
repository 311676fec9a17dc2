"""What every file of networks/ must keep; a new one is picked up by itself."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.config import plugins
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.models import generators as networks

SHAPES, NOISE, BATCH = ((32, 32), (1024,)), 64, 8  # a spectrogram, a waveform: each pair takes one of them at least


def build(name, labels, shape=None):
    keras.utils.set_random_seed(3)
    module = plugins.load(networks, name)
    return module.build(read_config(module.Config, {}, name), shape or taken(name), NOISE, labels)


@cache
def taken(name):
    """The first shape that the networks take."""
    module = plugins.load(networks, name)
    for shape in SHAPES:
        with suppress(InputError):
            module.build(read_config(module.Config, {}, name), shape, NOISE, 0)
            return shape
    pytest.fail(f"{name} takes none of {SHAPES}")


def draw(*shape):
    return tf.random.stateless_normal(shape, seed=(0, 0))


def given(first, labels):
    return [first, tf.range(BATCH) % labels] if labels else first


@pytest.fixture(params=plugins.available(networks))
def name(request):
    return request.param


@pytest.mark.parametrize("labels", [0, 3])
def test_the_generator_makes_clips_of_the_asked_shape_within_one(name, labels):
    clips = build(name, labels).generator(given(draw(BATCH, NOISE), labels), training=True).numpy()
    assert clips.shape == (BATCH, *taken(name))
    assert clips.dtype == np.float32
    assert np.abs(clips).max() <= 1


@pytest.mark.parametrize("labels", [0, 3])
def test_the_discriminator_gives_one_logit_a_clip_without_an_activation(name, labels):
    discriminator = build(name, labels).discriminator
    logits = discriminator(given(1e5 * draw(BATCH, *taken(name)), labels)).numpy()
    assert logits.shape == (BATCH, 1)
    assert np.abs(logits).max() > 1  # neither a sigmoid nor a tanh reaches it


def test_the_label_matters_to_both(name):
    nets = build(name, labels=3)
    noise, clips = draw(BATCH, NOISE), draw(BATCH, *taken(name))
    zeros, ones = tf.zeros(BATCH, tf.int32), tf.ones(BATCH, tf.int32)
    assert not np.array_equal(nets.generator([noise, zeros]), nets.generator([noise, ones]))
    assert not np.array_equal(nets.discriminator([clips, zeros]), nets.discriminator([clips, ones]))


def test_the_same_seed_builds_the_same_weights(name):
    first, second = build(name, 3), build(name, 3)
    for one, other in zip(
        first.generator.weights + first.discriminator.weights,
        second.generator.weights + second.discriminator.weights,
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_every_weight_can_learn(name):
    nets = build(name, 3)
    labels = tf.range(BATCH) % 3
    with tf.GradientTape() as tape:
        fake = nets.generator([draw(BATCH, NOISE), labels], training=True)
        loss = tf.reduce_mean(nets.discriminator([fake, labels], training=True) ** 2)
    weights = nets.generator.trainable_weights + nets.discriminator.trainable_weights
    assert all(gradient is not None for gradient in tape.gradient(loss, weights))


def test_real_and_fake_judged_in_one_call_are_judged_as_apart(name):
    discriminator = build(name, 0).discriminator
    real, fake = draw(4, *taken(name)), 3 * draw(4, *taken(name))
    together = discriminator(tf.concat([real, fake], 0)).numpy()
    apart = np.concatenate([discriminator(real), discriminator(fake)])
    np.testing.assert_allclose(together, apart, rtol=1e-4, atol=1e-4)


@contextmanager
def mixed() -> Iterator[None]:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        yield
    finally:
        keras.config.set_dtype_policy("float32")


def awake(generator):
    """Have every weight that begins at zero do something, so that no part of the generator is silent."""
    for number, weight in enumerate(generator.trainable_weights):
        if not np.any(weight):
            weight.assign(0.3 * tf.random.stateless_normal(weight.shape, (1, number)))
    return generator


@pytest.mark.parametrize("labels", [0, 3])
def test_products_in_bfloat16_end_in_sounds_and_logits_of_float32_and_every_weight_learns(name, labels):
    taken(name)
    with mixed():
        nets = build(name, labels)
    assert any(layer.compute_dtype == "bfloat16" for layer in nets.generator.layers)
    with tf.GradientTape() as tape:
        fake = awake(nets.generator)(given(draw(BATCH, NOISE), labels), training=True)
        logits = nets.discriminator(given(fake, labels), training=True)
        loss = tf.reduce_mean(logits**2)
    assert (fake.dtype, logits.dtype) == (tf.float32, tf.float32)
    for values in (fake, logits):
        rounded = tf.cast(tf.cast(values, tf.bfloat16), tf.float32)
        inside = tf.abs(values) < 1  # what is held at a bound is the same in any precision
        assert np.mean((rounded == values)[inside]) < 0.5  # not bfloat16 under another name
    weights = nets.generator.trainable_weights + nets.discriminator.trainable_weights
    assert {weight.dtype for weight in weights} == {"float32"}
    assert all(np.isfinite(tf.convert_to_tensor(gradient)).all() for gradient in tape.gradient(loss, weights))


def test_products_in_bfloat16_make_nearly_the_same_sounds_and_logits(name):
    labels = 3
    exact = build(name, labels)
    with mixed():
        rounded = build(name, labels)
    awake(exact.generator)
    for one, other in ((exact.generator, rounded.generator), (exact.discriminator, rounded.discriminator)):
        other.set_weights(one.get_weights())
    noise, clips = given(draw(BATCH, NOISE), labels), given(draw(BATCH, *taken(name)), labels)
    for one, other, first in (
        (exact.generator, rounded.generator, noise),
        (exact.discriminator, rounded.discriminator, clips),
    ):
        assert np.corrcoef(np.ravel(one(first)), np.ravel(other(first)))[0, 1] > 0.98


@pytest.mark.parametrize("odd", ["dcgan", "gansynth", "residual", "stylegan"])
def test_a_shape_it_cannot_take_is_refused_with_the_way_out(odd):
    with pytest.raises(InputError, match="spectrogram"):
        build(odd, 0, shape=(1000,))
