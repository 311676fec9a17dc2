"""A small translator to the contract of generators/, for tests."""

import keras

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.contrasted_features import ContrastedFeatures
from waveloom.models.networks import Inputs

TASK = "translation"


@checked_dataclass
class Config:
    width: int = 8
    marks: bool = True


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    source = keras.Input(shape, name="source")
    label = keras.Input((), dtype="int32", name="label")
    style = keras.layers.Embedding(inputs.labels, config.width, name="style")(label)
    content = keras.layers.Conv1D(config.width, 3, padding="same", name="content")(source)
    content = ContrastedFeatures(name="contrasted")(content) if config.marks else content
    x = keras.layers.Add()([content, keras.layers.Reshape((1, config.width))(style)])
    x = keras.layers.Conv1D(config.width, 3, padding="same", activation="relu", name="middle")(x)
    x = keras.layers.Conv1D(shape[1], 1, activation="tanh", dtype="float32", name="output")(x)
    return keras.Model([source, label], x, name="generator")
