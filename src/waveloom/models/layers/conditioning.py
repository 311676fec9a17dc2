"""How a label reaches the two networks; the same for every pair."""

from typing import Any

import keras


def condition_noise(noise: Any, label: Any | None, labels: int) -> Any:
    """Lay a learned vector for the label, if there is one, beside the noise: (batch, noise) -> (batch, 2 x noise)."""
    if label is None:
        return noise
    as_noise = keras.initializers.RandomNormal(stddev=1.0)  # as loud as the noise from the start, or it goes unheard
    known = keras.layers.Embedding(labels, noise.shape[-1], embeddings_initializer=as_noise)(label)
    return keras.layers.Concatenate()([noise, known])  # (batch, 2 * noise)


class Hidden(keras.layers.Layer):
    """Change nothing, and mark a discriminator's last features, so that other heads can be set on them."""

    def call(self, features: Any) -> Any:
        """Pass on."""
        return features


def judge(features: Any, label: Any | None, labels: int) -> Any:
    """One logit, float32, from (batch, width) features; with a label, plus their product with a learned vector for it.

    The projection discriminator of Miyato and Koyama, 2018 ("cGANs with Projection Discriminator"), equation 6.
    """
    features = Hidden()(features)
    logit = keras.layers.Dense(1, dtype="float32")(features)  # (batch, 1)
    if label is None:
        return logit
    wanted = keras.layers.Embedding(
        labels, features.shape[-1], embeddings_initializer="glorot_uniform", dtype="float32"
    )(label)
    match = keras.layers.Dot(axes=-1, dtype="float32")([features, wanted])  # (batch, 1)
    return keras.layers.Add(dtype="float32")([logit, match])


def label_input(labels: int) -> Any | None:
    """Make the input of class indices (batch,) int32, or None without classes."""
    return keras.Input((), dtype="int32", name="label") if labels else None


def inputs(first: Any, label: Any | None) -> Any:
    """Give what a Keras model takes: the first input alone, or the list of it and the label."""
    return first if label is None else [first, label]
