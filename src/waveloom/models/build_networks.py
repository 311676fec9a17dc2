"""The generator and the discriminator of a recipe, with what a recipe adds to any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waveloom.config.errors import InputError
from waveloom.models.networks import Inputs, Networks, TwoViewDiscriminator, TwoViewGenerator, Views
from waveloom.models.recipe import Parts, Recipe
from waveloom.models.seed_order import build_pair

if TYPE_CHECKING:
    import keras


def build_networks(recipe: Recipe, parts: Parts, shape: tuple[int, ...], labels: int) -> Networks:
    """Build both networks for clips of `shape`, conditioned on `labels` classes (0: none).

    With head `acgan` the discriminator has no label input, and two outputs: logits (batch, 1), and class logits
    (batch, labels), from the same features. The networks of the game `dual` come with their views. Each option of the
    recipe builds a new pair, of which one network is discarded, for the reason in `seed_order`.
    """
    settings = recipe.discriminator_training
    inputs = Inputs(recipe.noise, labels, source=recipe.task == "translation")
    generator, discriminator = build_pair(recipe, parts, shape, inputs)
    if labels and recipe.label_as == "one_hot":
        inner, _ = build_pair(recipe, parts, shape, Inputs(recipe.noise + labels))
        generator = with_one_hot_labels(inner, recipe.noise, labels)
    if labels and settings.head == "acgan":
        _, inner = build_pair(recipe, parts, shape, Inputs(recipe.noise))
        discriminator = with_class_head(inner, labels)
    if settings.minibatch_stddev:
        discriminator = with_minibatch_stddev(discriminator)
    views = both_views(parts, generator, discriminator) if recipe.game == "dual" else None
    return Networks(generator, discriminator, views)


def build_generator(recipe: Recipe, parts: Parts, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build the generator alone, for weights that will be loaded; `shape` and `labels` as in `build_networks`."""
    one_hot = labels if recipe.label_as == "one_hot" else 0
    inputs = Inputs(recipe.noise + one_hot, labels - one_hot, source=recipe.task == "translation")
    generator: keras.Model = parts.generator.build(parts.generator_config, shape, inputs)
    return with_one_hot_labels(generator, recipe.noise, labels) if one_hot else generator


def with_one_hot_labels(generator: keras.Model, noise: int, labels: int) -> keras.Model:
    """Give a generator of (batch, noise + labels) its label as a one-hot vector after the noise (Mirza et al.,
    2014).
    """
    import keras

    latent, label = keras.Input((noise,), name="noise"), keras.Input((), dtype="int32", name="label")
    both = keras.layers.Concatenate(dtype="float32")([latent, keras.ops.one_hot(label, labels)])
    return keras.Model([latent, label], generator(both), name="generator")


def with_class_head(discriminator: keras.Model, labels: int) -> keras.Model:
    """Add class logits (batch, labels) to a discriminator: Odena et al., 2017 ("AC-GAN")."""
    import keras

    classes = keras.layers.Dense(labels, name="classes", dtype="float32")(last_features(discriminator).output)
    return keras.Model(discriminator.input, [discriminator.output, classes], name="discriminator")


def with_minibatch_stddev(discriminator: keras.Model) -> keras.Model:
    """Add the weighted minibatch standard deviation of the last features to a discriminator's logits."""
    import keras

    from waveloom.models.layers.minibatch_stddev import MinibatchStdDev

    logits, *others = discriminator.outputs
    deviation = MinibatchStdDev(dtype="float32")(last_features(discriminator).output)[:, -1:]  # (batch, 1)
    weight = keras.layers.Dense(1, use_bias=False, name="minibatch_stddev_weight", dtype="float32")
    logits = keras.layers.Add(dtype="float32")([logits, weight(deviation)])
    return keras.Model(discriminator.input, [logits, *others] if others else logits, name="discriminator")


def last_features(discriminator: keras.Model) -> Any:
    """The layer whose output (batch, width) is the last of a discriminator before its logits; InputError without
    one.
    """
    from waveloom.models.layers.logits import LastFeatures

    for layer in discriminator.layers:
        if isinstance(layer, LastFeatures):
            return layer
    raise InputError(
        "This discriminator does not mark its last features (layers.logits.LastFeatures), so the head acgan, "
        "minibatch_stddev and feature_matching in discriminator_training are not possible; choose another "
        "discriminator, or leave these out."
    )


def both_views(parts: Parts, generator: keras.Model, discriminator: keras.Model) -> Views:
    """Return the parts of a dual model; InputError if one of the two plug-ins has no two views."""
    check_two_views(parts)
    return Views(parts.generator.both_views(generator), *parts.discriminator.both_views(discriminator))


def check_two_views(parts: Parts) -> None:
    """Raise an InputError unless generator and discriminator both have the two views that the game `dual` needs."""
    for kind, module, wanted in (
        ("generator", parts.generator, TwoViewGenerator),
        ("discriminator", parts.discriminator, TwoViewDiscriminator),
    ):
        if not isinstance(module, wanted):
            name = module.__name__.rpartition(".")[2]
            raise InputError(f"The game dual needs a {kind} with two views, and {name} has one; choose dual for both.")
