"""What every pair of networks can have: labels told either way, heads on the discriminator."""

from contextlib import suppress

import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.models import generators as networks
from waveloom.models.build_networks import build_networks, comparing, hidden
from waveloom.models.generators import Networks
from waveloom.models.recipe import parts, resolve
from waveloom.training.criteria import feature_matching
from waveloom.training.discriminator_output import class_cross_entropy

SHAPES, NOISE, BATCH, LABELS = ((32, 32), (1024,)), 64, 8, 3


def made(name, labels, overrides):
    condition = "label" if labels else "none"
    tree = {"representation": "waveform", "networks": name, "objective": "bce", "noise": NOISE, "condition": condition}
    recipe = resolve(tree, overrides)
    return recipe, parts(recipe)


def build(name, labels=LABELS, **overrides):
    chosen = made(name, labels, overrides)
    for shape in SHAPES:  # each pair takes one of them at least
        with suppress(InputError):
            keras.utils.set_random_seed(3)
            return build_networks(*chosen, shape, labels), shape
    raise AssertionError(f"{name} takes none of {SHAPES}")


def draw(*shape):
    return tf.random.stateless_normal(shape, seed=(0, 0))


@pytest.fixture(params=[name for name in plugins.available(networks) if name != "dual"])
def name(request):
    return request.param


@pytest.mark.parametrize("label_as", ["embedding", "one_hot"])
@pytest.mark.parametrize("head", ["projection", "acgan"])
def test_every_pair_takes_labels_either_way_under_either_head_and_all_of_it_learns(name, label_as, head):
    nets, shape = build(name, label_as=label_as, discriminator={"head": head})
    labels = tf.range(BATCH) % LABELS
    with tf.GradientTape() as tape:
        fake = nets.generator([draw(BATCH, NOISE), labels], training=True)
        said = tf.nest.flatten(nets.discriminator(fake if head == "acgan" else [fake, labels], training=True))
        loss = sum(tf.reduce_mean(one**2) for one in said)
    assert fake.shape == (BATCH, *shape)
    assert [tuple(one.shape) for one in said] == [(BATCH, 1), (BATCH, LABELS)][: len(said)]
    assert len(said) == (2 if head == "acgan" else 1)
    weights = nets.generator.trainable_weights + nets.discriminator.trainable_weights
    assert all(gradient is not None for gradient in tape.gradient(loss, weights))


@pytest.mark.parametrize("label_as", ["embedding", "one_hot"])
def test_the_label_matters_to_the_generator(name, label_as):
    generator, noise = build(name, label_as=label_as)[0].generator, draw(BATCH, NOISE)
    zeros, ones = (generator([noise, tf.fill((BATCH,), label)]) for label in (0, 1))
    assert not np.array_equal(zeros, ones)


def test_variety_and_features_can_be_had_of_every_discriminator(name):
    nets, shape = build(name, discriminator={"variety": True, "head": "acgan"})
    assert hidden(nets.discriminator).output.shape[0] is None
    assert len(hidden(nets.discriminator).output.shape) == 2
    logits, classes = nets.discriminator(draw(BATCH, *shape), training=True)
    assert (logits.shape, classes.shape) == ((BATCH, 1), (BATCH, LABELS))


def test_a_discriminator_that_compares_adds_the_weighed_spread_of_the_last_features():
    nets, shape = build("dense", labels=0)
    compared = comparing(nets.discriminator)
    compared.get_layer("weighed_variety").set_weights([np.array([[2.0]], np.float32)])
    clips = draw(BATCH, *shape)
    features = keras.Model(nets.discriminator.input, hidden(nets.discriminator).output)(clips).numpy().reshape(2, 4, -1)
    spread = np.repeat(np.sqrt(features.var(axis=1) + 1e-8).mean(axis=1), 4)[:, None]
    np.testing.assert_allclose(compared(clips), nets.discriminator(clips) + 2 * spread, rtol=1e-4, atol=1e-5)


def test_without_options_it_is_the_pair_of_its_file_to_the_bit(name):
    nets, shape = build(name)
    keras.utils.set_random_seed(3)
    module = plugins.load(networks, name)
    plain = module.build(module.Config(), shape, NOISE, LABELS)
    for one, other in zip(nets.generator.weights, plain.generator.weights, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"label_as": "one_hot"}, "label_as one_hot"),
        ({"discriminator": {"head": "acgan", "variety": True}}, "discriminator.head acgan, discriminator.variety"),
        (
            {"discriminator": {"spectral_norm": True, "feature_matching": 1.0}},
            "discriminator.spectral_norm, discriminator.feature_matching",
        ),
        ({"discriminator": {"smoothing": 0.1}}, "discriminator.smoothing"),
    ],
)
def test_what_cannot_be_laid_over_two_views_is_refused(overrides, said):
    with pytest.raises(InputError, match=f"dual cannot be had with {said}; leave that out"):
        build_networks(*made("dual", LABELS, overrides), (1024,), LABELS)


def test_a_discriminator_that_hides_its_last_features_is_refused_with_the_way_out():
    plain = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    with pytest.raises(InputError, match=r"discriminator.feature_matching cannot be had.*choose other networks"):
        hidden(Networks(None, plain).discriminator)


def test_the_loss_of_the_label_is_the_cross_entropy_worked_by_hand():
    classes = tf.math.log([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])
    assert float(class_cross_entropy(classes, tf.constant([1, 1]))) == pytest.approx((np.log(4) - np.log(0.8)) / 2)
    assert class_cross_entropy(None, tf.constant([1])) == 0


def test_the_mismatch_of_features_is_worked_by_hand():
    real, fake = tf.constant([[1.0, 0.0], [3.0, 0.0]]), tf.constant([[0.0, 1.0], [0.0, -3.0]])
    assert float(feature_matching.loss(real, fake)) == pytest.approx(2**2 + 1**2)  # means (2, 0) and (0, -1)


@pytest.mark.parametrize(("name", "head"), [("dense", "projection"), ("dense", "acgan"), ("stylegan", "acgan")])
def test_every_head_on_products_in_bfloat16_is_of_float32(name, head):
    build(name)  # which shape it takes
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        nets, shape = build(name, label_as="one_hot", discriminator={"head": head, "variety": True})
    finally:
        keras.config.set_dtype_policy("float32")
    labels, clips = tf.range(BATCH) % LABELS, draw(BATCH, *shape)
    with tf.GradientTape() as tape:
        fake = nets.generator([draw(BATCH, NOISE), labels], training=True)
        logits = tf.nest.flatten(nets.discriminator(clips if head == "acgan" else [clips, labels], training=True))
        loss = sum(tf.reduce_mean(one**2) for one in [fake, *logits])
    assert {one.dtype for one in (fake, *logits)} == {tf.float32}
    learned = nets.generator.trainable_weights + nets.discriminator.trainable_weights
    assert all(np.isfinite(tf.convert_to_tensor(gradient)).all() for gradient in tape.gradient(loss, learned))
