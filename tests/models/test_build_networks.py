"""What every generator and discriminator can have: labels as embedding or one-hot, heads of the discriminator."""

from contextlib import suppress

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.models.pairs import build_generator as build_plugin
from tests.models.pairs import is_translator
from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.models import generators
from waveloom.models.build_networks import build_generator, build_networks, last_features, with_minibatch_stddev
from waveloom.models.networks import weights_by_name
from waveloom.models.recipe import parts, resolve
from waveloom.training.criteria import feature_matching
from waveloom.training.discriminator_output import class_cross_entropy

SHAPES, NOISE, BATCH, LABELS = ((32, 32), (1024,)), 64, 8, 3


def chosen(name, labels, overrides):
    condition = "label" if labels else "none"
    networks = {"generator": name, "discriminator": {"loom": "residual"}.get(name, name)}
    tree = {"representation": "waveform", **networks, "objective": "bce", "noise": NOISE, "condition": condition}
    recipe = resolve(tree, overrides)
    return recipe, parts(recipe)


def build(name, labels=LABELS, **overrides):
    recipe_and_parts = chosen(name, labels, overrides)
    for shape in SHAPES:  # each pair takes one of them at least
        with suppress(InputError):
            keras.utils.set_random_seed(3)
            return build_networks(*recipe_and_parts, shape, labels), shape
    raise AssertionError(f"{name} takes none of {SHAPES}")


def draw(*shape):
    return tf.random.stateless_normal(shape, seed=(0, 0))


FROM_NOISE = [name for name in plugins.available(generators) if name != "dual" and not is_translator(name)]


@pytest.fixture(params=FROM_NOISE)
def name(request):
    return request.param


@pytest.mark.parametrize("label_as", ["embedding", "one_hot"])
@pytest.mark.parametrize("head", ["projection", "acgan"])
def test_every_pair_takes_labels_in_both_ways_under_both_heads_and_every_weight_learns(name, label_as, head):
    nets, shape = build(name, label_as=label_as, discriminator_training={"head": head})
    labels = tf.range(BATCH) % LABELS
    with tf.GradientTape() as tape:
        fake = nets.generator([draw(BATCH, NOISE), labels], training=True)
        outputs = tf.nest.flatten(nets.discriminator(fake if head == "acgan" else [fake, labels], training=True))
        loss = sum(tf.reduce_mean(one**2) for one in outputs)
    assert fake.shape == (BATCH, *shape)
    assert [tuple(one.shape) for one in outputs] == [(BATCH, 1), (BATCH, LABELS)][: len(outputs)]
    assert len(outputs) == (2 if head == "acgan" else 1)
    weights = nets.generator.trainable_weights + nets.discriminator.trainable_weights
    assert all(gradient is not None for gradient in tape.gradient(loss, weights))


@pytest.mark.parametrize("label_as", ["embedding", "one_hot"])
def test_the_label_changes_the_clip(name, label_as):
    generator, noise = build(name, label_as=label_as)[0].generator, draw(BATCH, NOISE)
    zeros, ones = (generator([noise, tf.fill((BATCH,), label)]) for label in (0, 1))
    assert not np.array_equal(zeros, ones)


def test_every_discriminator_can_have_a_minibatch_stddev_and_marks_its_last_features(name):
    nets, shape = build(name, discriminator_training={"minibatch_stddev": True, "head": "acgan"})
    assert last_features(nets.discriminator).output.shape[0] is None
    assert len(last_features(nets.discriminator).output.shape) == 2
    logits, classes = nets.discriminator(draw(BATCH, *shape), training=True)
    assert (logits.shape, classes.shape) == ((BATCH, 1), (BATCH, LABELS))


def test_the_minibatch_stddev_of_the_last_features_is_added_with_its_weight():
    nets, shape = build("dense", labels=0)
    with_stddev = with_minibatch_stddev(nets.discriminator)
    with_stddev.get_layer("minibatch_stddev_weight").set_weights([np.array([[2.0]], np.float32)])
    clips = draw(BATCH, *shape)
    features = (
        keras.Model(nets.discriminator.input, last_features(nets.discriminator).output)(clips).numpy().reshape(2, 4, -1)
    )
    deviation = np.repeat(np.sqrt(features.var(axis=1) + 1e-8).mean(axis=1), 4)[:, None]
    np.testing.assert_allclose(with_stddev(clips), nets.discriminator(clips) + 2 * deviation, rtol=1e-4, atol=1e-5)


def test_without_options_it_is_the_generator_of_its_file_to_the_bit(name):
    if name == "loom":
        pytest.skip("it is built after its discriminator, see seed_order")
    nets, shape = build(name)
    keras.utils.set_random_seed(3)
    plain = build_plugin(name, shape, NOISE, LABELS)
    for one, other in zip(nets.generator.weights, plain.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_discriminator_of_loom_starts_from_the_weights_of_that_of_residual():
    one, other = (build(name)[0].discriminator for name in ("loom", "residual"))
    for path, weight in weights_by_name(one).items():
        np.testing.assert_array_equal(weight, weights_by_name(other)[path])


def test_a_generator_alone_has_the_names_and_shapes_of_that_of_the_pair(name):
    for label_as in ("embedding", "one_hot"):
        nets, shape = build(name, label_as=label_as)
        alone = build_generator(*chosen(name, LABELS, {"label_as": label_as}), shape, LABELS)
        shapes = [{path: weight.shape for path, weight in weights_by_name(one).items()} for one in (nets[0], alone)]
        assert shapes[0] == shapes[1]


def test_a_discriminator_that_does_not_mark_its_last_features_is_refused_with_the_way_out():
    plain = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    with pytest.raises(
        InputError, match=r"feature_matching in discriminator_training are not possible; choose another"
    ):
        last_features(plain)


def test_the_class_loss_is_the_cross_entropy_worked_by_hand():
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
        nets, shape = build(name, label_as="one_hot", discriminator_training={"head": head, "minibatch_stddev": True})
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
