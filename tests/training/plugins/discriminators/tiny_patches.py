"""A small discriminator of patches to the contract of discriminators/, for tests."""

import keras

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.logits import MatchedFeatures

PATCHES = True


@checked_dataclass
class Config:
    width: int = 8


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    clip = keras.Input(shape, name="clip")
    label = keras.Input((), dtype="int32", name="label")
    style = keras.layers.Embedding(labels, config.width, name="style")(label)
    x = keras.layers.Conv1D(config.width, 4, strides=4, activation="relu", name="first")(clip)
    x = MatchedFeatures(name="first_features")(x)
    x = keras.layers.Add()([x, keras.layers.Reshape((1, config.width))(style)])
    x = keras.layers.Conv1D(config.width, 3, padding="same", activation="relu", name="second")(x)
    x = MatchedFeatures(name="second_features")(x)
    x = keras.layers.Conv1D(1, 1, dtype="float32", name="logits")(x)
    return keras.Model([clip, label], x, name="discriminator")
