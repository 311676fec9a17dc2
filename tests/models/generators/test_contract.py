"""What every file of generators/ must keep; a new one is picked up by itself."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.models import pairs
from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.models import generators
from waveloom.models.networks import call_network, network_inputs, weights_by_name

SHAPES, NOISE, BATCH = ((32, 32), (1024,)), 64, 8  # a spectrogram, a waveform: each generator makes one of them


def build(name, labels, shape=None):
    shape = shape or first_shape(name)
    keras.utils.set_random_seed(3)
    return pairs.build_generator(name, shape, NOISE, labels)


@cache
def first_shape(name):
    """The first shape that the generator can make."""
    for shape in SHAPES:
        with suppress(InputError):
            pairs.build_generator(name, shape, NOISE, labels=3)
            return shape
    pytest.fail(f"{name} makes none of {SHAPES}")


def draw(*shape):
    return tf.random.stateless_normal(shape, seed=(0, 0))


def call(network, labels, training=False):
    return call_network(network, training, **tensors(network, labels))


def tensors(network, labels):
    """Noise, labels, and what a translator receives: levels in [-1, 1] of the shape of its clips."""
    source = tf.tanh(draw(BATCH, *network.output_shape[1:]))
    return {"noise": draw(BATCH, NOISE), "source": source, "label": tf.range(BATCH) % max(labels, 1)}


def skip_without_labels(name, labels):
    """A translator has a domain to translate to."""
    if pairs.is_translator(name) and not labels:
        pytest.skip("it translates to domains")


@pytest.fixture(params=plugins.available(generators))
def name(request):
    return request.param


@pytest.mark.parametrize("labels", [0, 3])
def test_it_makes_clips_of_the_shape_within_one(name, labels):
    skip_without_labels(name, labels)
    clips = call(build(name, labels), labels, training=True).numpy()
    assert clips.shape == (BATCH, *first_shape(name))
    assert clips.dtype == np.float32
    assert np.abs(clips).max() <= 1


@pytest.mark.parametrize(("labels", "expected"), [(0, ["noise"]), (3, ["noise", "label"])])
def test_its_inputs_are_named(name, labels, expected):
    skip_without_labels(name, labels)
    if pairs.is_translator(name):
        expected = ["source", "label"]
    assert [tensor.name for tensor in build(name, labels).inputs] == expected


def test_the_label_changes_the_clip(name):
    network = build(name, labels=3)
    given = tensors(network, 3)
    zeros, ones = (call_network(network, False, **{**given, "label": tf.fill((BATCH,), label)}) for label in (0, 1))
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
        loss = tf.reduce_mean((call(network, 3, training=True) + 1) ** 2)
    assert all(gradient is not None for gradient in tape.gradient(loss, network.trainable_weights))


@contextmanager
def mixed() -> Iterator[None]:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        yield
    finally:
        keras.config.set_dtype_policy("float32")


def without_zeros(generator):
    """Make every weight that starts at zero different from it, so that each part of the generator has an effect."""
    for number, weight in enumerate(generator.trainable_weights):
        if not np.any(weight):
            weight.assign(0.3 * tf.random.stateless_normal(weight.shape, (1, number)))
    return generator


@pytest.mark.parametrize("labels", [0, 3])
def test_products_in_bfloat16_end_in_clips_of_float32_and_every_weight_learns(name, labels):
    skip_without_labels(name, labels)
    first_shape(name)
    with mixed():
        network = build(name, labels)
    assert any(layer.compute_dtype == "bfloat16" for layer in network.layers)
    with tf.GradientTape() as tape:
        clips = network_output(without_zeros(network), labels)
        loss = tf.reduce_mean((clips + 1) ** 2)
    assert clips.dtype == tf.float32
    rounded = tf.cast(tf.cast(clips, tf.bfloat16), tf.float32)
    inside = tf.abs(clips) < 1  # a value at the limit is the same in any precision
    assert np.mean((rounded == clips)[inside]) < 0.5  # not bfloat16 under another name
    assert {weight.dtype for weight in network.trainable_weights} == {"float32"}
    gradients = tape.gradient(loss, network.trainable_weights)
    assert all(np.isfinite(tf.convert_to_tensor(gradient)).all() for gradient in gradients)


def network_output(network, labels):
    """The output as it is, without the cast of `call_network`."""
    return network(network_inputs(network, tensors(network, labels)), training=True)


def test_products_in_bfloat16_make_nearly_the_same_clips(name):
    exact = without_zeros(build(name, 3))
    with mixed():
        rounded = build(name, 3)
    rounded.set_weights(exact.get_weights())
    assert np.corrcoef(np.ravel(call(exact, 3)), np.ravel(call(rounded, 3)))[0, 1] > 0.98


@pytest.mark.parametrize(
    "name", ["dcgan", "gansynth", "loom", "residual", "stylegan", "stylegan_translator", "translator"]
)
def test_a_shape_it_cannot_make_is_refused_with_the_way_out(name):
    with pytest.raises(InputError, match=rf"generator {name} cannot .*spectrogram"):
        build(name, 0, shape=(1000,))
