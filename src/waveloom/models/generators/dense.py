"""The source paper's pair of multilayer perceptrons: no notion of time or pitch, kept as the honest baseline."""

from math import prod
from typing import Annotated, Any

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.generators import Networks
from waveloom.models.layers.conditioning import condition_noise, inputs, judge, label_input


@checked_dataclass
class Config:
    """Widths from the first layer on. The paper does not give slope and dropout: 0.2 and 0.3 are the usual ones."""

    generator_widths: tuple[Annotated[int, Field(gt=0)], ...] = (512, 512, 1024, 1024)
    discriminator_widths: tuple[Annotated[int, Field(gt=0)], ...] = (1024, 512, 256)
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.3


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Stack dense layers both ways; takes any shape. The paper's last sigmoid lives in the `bce` objective."""
    return Networks(_generator(config, shape, noise, labels), _discriminator(config, shape, labels))


def _generator(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    x = condition_noise(first, label, labels)
    for width in config.generator_widths:
        x = keras.layers.Dense(width, activation="relu")(x)  # (batch, width)
    x = keras.layers.Dense(prod(shape), activation="tanh", dtype="float32")(x)  # (batch, prod(shape))
    x = keras.layers.Reshape(shape, dtype="float32")(x)  # (batch, *shape)
    return keras.Model(inputs(first, label), x, name="generator")


def _discriminator(config: Config, shape: tuple[int, ...], labels: int) -> Any:
    first, label = keras.Input(shape, name="clip"), label_input(labels)
    x = keras.layers.Flatten()(first)  # (batch, prod(shape))
    for width in config.discriminator_widths:
        x = keras.layers.Dense(width)(x)  # (batch, width)
        x = keras.layers.LeakyReLU(config.slope)(x)
        x = keras.layers.Dropout(config.dropout)(x)
    return keras.Model(inputs(first, label), judge(x, label, labels), name="discriminator")
