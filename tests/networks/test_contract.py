"""What every file of networks/ must keep; a new one is picked up by itself."""

from contextlib import suppress
from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom import networks, plugins
from waveloom.config import read
from waveloom.errors import InputError

SHAPES, NOISE, BATCH = ((32, 32), (1024,)), 64, 8  # a spectrogram, a waveform: each pair takes one of them at least


def build(name, labels, shape=None):
    keras.utils.set_random_seed(3)
    module = plugins.load(networks, name)
    return module.build(read(module.Config, {}, name), shape or taken(name), NOISE, labels)


@cache
def taken(name):
    """The first shape that the networks take."""
    module = plugins.load(networks, name)
    for shape in SHAPES:
        with suppress(InputError):
            module.build(read(module.Config, {}, name), shape, NOISE, 0)
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
def test_the_critic_gives_one_logit_a_clip_without_an_activation(name, labels):
    critic = build(name, labels).critic
    logits = critic(given(1e5 * draw(BATCH, *taken(name)), labels)).numpy()
    assert logits.shape == (BATCH, 1)
    assert np.abs(logits).max() > 1  # neither a sigmoid nor a tanh reaches it


def test_the_label_matters_to_both(name):
    nets = build(name, labels=3)
    noise, clips = draw(BATCH, NOISE), draw(BATCH, *taken(name))
    zeros, ones = tf.zeros(BATCH, tf.int32), tf.ones(BATCH, tf.int32)
    assert not np.array_equal(nets.generator([noise, zeros]), nets.generator([noise, ones]))
    assert not np.array_equal(nets.critic([clips, zeros]), nets.critic([clips, ones]))


def test_the_same_seed_builds_the_same_weights(name):
    first, second = build(name, 3), build(name, 3)
    for one, other in zip(
        first.generator.weights + first.critic.weights, second.generator.weights + second.critic.weights, strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_every_weight_can_learn(name):
    nets = build(name, 3)
    labels = tf.range(BATCH) % 3
    with tf.GradientTape() as tape:
        fake = nets.generator([draw(BATCH, NOISE), labels], training=True)
        loss = tf.reduce_mean(nets.critic([fake, labels], training=True) ** 2)
    weights = nets.generator.trainable_weights + nets.critic.trainable_weights
    assert all(gradient is not None for gradient in tape.gradient(loss, weights))


def test_real_and_fake_judged_in_one_call_are_judged_as_apart(name):
    critic = build(name, 0).critic
    real, fake = draw(4, *taken(name)), 3 * draw(4, *taken(name))
    together = critic(tf.concat([real, fake], 0)).numpy()
    apart = np.concatenate([critic(real), critic(fake)])
    np.testing.assert_allclose(together, apart, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("odd", ["dcgan", "gansynth", "residual", "stylegan"])
def test_a_shape_it_cannot_take_is_refused_with_the_way_out(odd):
    with pytest.raises(InputError, match="spectrogram"):
        build(odd, 0, shape=(1000,))
