"""The multilayer perceptron of the source paper: it has no notion of time or pitch, and is the baseline."""

from math import prod
from typing import Annotated

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import condition_noise, generator_inputs, model_inputs
from waveloom.models.networks import Inputs


@checked_dataclass
class Config:
    """Widths from the first layer on."""

    widths: tuple[Annotated[int, Field(gt=0)], ...] = (512, 512, 1024, 1024)


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build dense layers with ReLU, and tanh at the end, for clips of any shape."""
    noise, label = generator_inputs(inputs)
    x = condition_noise(noise, label, inputs.labels)
    for number, width in enumerate(config.widths):
        x = keras.layers.Dense(width, activation="relu", name=f"dense_{number}")(x)  # (batch, width)
    x = keras.layers.Dense(prod(shape), activation="tanh", dtype="float32", name="output")(x)  # (batch, prod(shape))
    x = keras.layers.Reshape(shape, dtype="float32")(x)  # (batch, *shape)
    return keras.Model(model_inputs(noise, label), x, name="generator")
