"""A mark for the features of a translator that the patchwise contrastive term compares."""

from typing import Any

import keras


class ContrastedFeatures(keras.layers.Layer):
    """Identity that marks features (batch, frames, channels) of source and translation, compared frame by frame."""

    def call(self, features: Any) -> Any:
        """Return the features unchanged."""
        return features


def contrasted_features(generator: keras.Model) -> keras.Model | None:
    """The part of a translator from its inputs to all marked features, with its weights; None if it marks none."""
    marked = [layer.output for layer in generator.layers if isinstance(layer, ContrastedFeatures)]
    return keras.Model(generator.input, marked, name="contrasted_features") if marked else None
