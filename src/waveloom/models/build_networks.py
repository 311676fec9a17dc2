"""The two networks of a recipe, with what a recipe adds to any of them: ways to tell the label, heads of the
discriminator.
"""

from typing import Any

from waveloom.config.errors import InputError
from waveloom.models.generators import Networks
from waveloom.models.recipe import Parts, Recipe


def build_networks(recipe: Recipe, chosen: Parts, shape: tuple[int, ...], labels: int) -> Networks:
    """Build generator and discriminator for clips of `shape`, conditioned on `labels` classes (0: none).

    A discriminator with head `acgan` is not told the label and gives two outputs: logits (batch, 1), and logits of
    the classes (batch, labels), from the same features.
    """

    def build(noise: int, told: int) -> Networks:
        return chosen.networks.build(chosen.networks_config, shape, noise, told)

    networks = build(recipe.noise, labels)
    if networks.views:
        _check_views(recipe)
    if labels and recipe.label_as == "one_hot":
        spoken = spelled_out(build(recipe.noise + labels, 0).generator, recipe.noise, labels)
        networks = networks._replace(generator=spoken)
    if labels and recipe.discriminator.head == "acgan":
        networks = networks._replace(discriminator=naming(build(recipe.noise, 0).discriminator, labels))
    if recipe.discriminator.variety:
        networks = networks._replace(discriminator=comparing(networks.discriminator))
    return networks


def _check_views(recipe: Recipe) -> None:
    """Refuse what cannot be laid over two generators and two discriminators."""
    discriminator = recipe.discriminator
    asked = {
        "label_as one_hot": recipe.label_as == "one_hot",
        "discriminator.head acgan": discriminator.head == "acgan",
        "discriminator.variety": discriminator.variety,
        "discriminator.spectral_norm": discriminator.spectral_norm,
        "discriminator.feature_matching": discriminator.feature_matching > 0,
        "discriminator.smoothing": discriminator.smoothing > 0,
    }
    if found := [name for name, wanted in asked.items() if wanted]:
        raise InputError(f"The networks {recipe.networks} cannot be had with {', '.join(found)}; leave that out.")


def spelled_out(generator: Any, noise: int, labels: int) -> Any:
    """Tell a generator of (batch, noise + labels) the label as ones and zeros beside its noise (Mirza et al., 2014)."""
    import keras

    first, label = keras.Input((noise,), name="noise"), keras.Input((), dtype="int32", name="label")
    beside = keras.layers.Concatenate(dtype="float32")(
        [first, keras.ops.one_hot(label, labels)]
    )  # (batch, noise + labels)
    return keras.Model([first, label], generator(beside), name="generator")


def naming(discriminator: Any, labels: int) -> Any:
    """Have a discriminator also name the label it hears: Odena et al., 2017 ("AC-GAN")."""
    import keras

    classes = keras.layers.Dense(labels, name="classes", dtype="float32")(
        hidden(discriminator).output
    )  # (batch, labels)
    return keras.Model(discriminator.input, [discriminator.output, classes], name="discriminator")


def comparing(discriminator: Any) -> Any:
    """Have a discriminator weigh how much the clips of a batch differ, as if its last layer had one feature more.

    Minibatch standard deviation: see `networks._neighbours`.
    """
    import keras

    from waveloom.models.layers.minibatch_stddev import Variety

    logits, *others = discriminator.outputs
    spread = Variety(dtype="float32")(hidden(discriminator).output)[:, -1:]  # (batch, 1)
    weighed = keras.layers.Dense(1, use_bias=False, name="weighed_variety", dtype="float32")(spread)
    logits = keras.layers.Add(dtype="float32")([logits, weighed])
    return keras.Model(discriminator.input, [logits, *others] if others else logits, name="discriminator")


def hidden(discriminator: Any) -> Any:
    """The layer whose output (batch, width) is the last that a discriminator makes before its logits."""
    from waveloom.models.layers.conditioning import Hidden

    for layer in discriminator.layers:
        if isinstance(layer, Hidden):
            return layer
    raise InputError(
        "These networks do not say which layer of their discriminator is the last before its logits, so "
        "discriminator.head acgan, "
        "discriminator.variety and discriminator.feature_matching cannot be had with them; choose other networks, "
        "or leave these out."
    )
