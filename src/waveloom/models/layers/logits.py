"""The last layers of a discriminator."""

from typing import Any

import keras


class LastFeatures(keras.layers.Layer):
    """Identity that marks a discriminator's last features (batch, width), so that other heads can be added to them."""

    def call(self, features: Any) -> Any:
        """Return the features unchanged."""
        return features


class MatchedFeatures(keras.layers.Layer):
    """Identity that marks features (batch, ...) of patches, which feature matching compares; there may be several."""

    def call(self, features: Any) -> Any:
        """Return the features unchanged."""
        return features


def projection_logits(features: Any, label: Any | None, labels: int) -> Any:
    """One float32 logit per clip from features (batch, width); with a label, plus their product with its embedding.

    Projection discriminator: Miyato and Koyama, 2018 ("cGANs with Projection Discriminator"), equation 6.
    """
    features = LastFeatures(name="last_features")(features)
    logits = keras.layers.Dense(1, dtype="float32", name="logits")(features)  # (batch, 1)
    if label is None:
        return logits
    embedding = keras.layers.Embedding(
        labels, features.shape[-1], embeddings_initializer="glorot_uniform", dtype="float32", name="label_embedding"
    )(label)
    product = keras.layers.Dot(axes=-1, dtype="float32")([features, embedding])  # (batch, 1)
    return keras.layers.Add(dtype="float32")([logits, product])
