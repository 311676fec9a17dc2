"""Residual convolutions over time with frequency bins as channels: few layers, big matrix products, quick on a CPU."""

from typing import Annotated, Any

import keras
from pydantic import Field

from waveloom.config import config
from waveloom.errors import InputError
from waveloom.networks import Networks
from waveloom.networks._condition import condition_noise, inputs, judge, label_input
from waveloom.networks._neighbours import Variety


@config
class Config:
    """`width` is the number of channels of every block; `halvings` how often time is halved between clip and noise."""

    width: Annotated[int, Field(gt=0)] = 256
    kernel: Annotated[int, Field(ge=1)] = 3
    halvings: Annotated[int, Field(ge=1, le=8)] = 3
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Build on a (frames, bins) spectrogram whose frames can be halved `halvings` times; no batch normalisation."""
    step = 2**config.halvings
    if len(shape) != 2 or shape[0] % step:
        raise InputError(
            f"residual cannot take clips of shape {shape}; it needs (frames, bins), frames a multiple of {step}. "
            "Choose the spectrogram representation, or change its hop or options.residual.halvings."
        )
    return Networks(_generator(config, shape, noise, labels), _critic(config, shape, labels))


def _generator(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    frames, bins = shape
    x = condition_noise(first, label, labels)
    x = keras.layers.LeakyReLU(config.slope)(keras.layers.Dense(config.width)(x))  # (batch, width)
    x = keras.layers.Dense((frames >> config.halvings) * config.width)(x)
    x = keras.layers.Reshape((frames >> config.halvings, config.width))(x)  # (batch, frames / step, width)
    for _ in range(config.halvings):
        x = _block(x, config)
        x = keras.layers.UpSampling1D(2)(x)  # twice the frames
    x = _block(x, config)  # (batch, frames, width)
    x = keras.layers.Conv1D(bins, 1, activation="tanh")(keras.layers.LeakyReLU(config.slope)(x))
    return keras.Model(inputs(first, label), x, name="generator")


def _critic(config: Config, shape: tuple[int, ...], labels: int) -> Any:
    first, label = keras.Input(shape, name="clip"), label_input(labels)
    x = keras.layers.Conv1D(config.width, 1)(first)  # (batch, frames, width)
    for _ in range(config.halvings):
        x = _block(x, config)
        x = keras.layers.AveragePooling1D(2)(x)  # half the frames
    x = keras.layers.Flatten()(_block(x, config))  # (batch, frames / step * width)
    x = keras.layers.LeakyReLU(config.slope)(x)
    x = keras.layers.LeakyReLU(config.slope)(keras.layers.Dense(config.width)(Variety()(x)))  # (batch, width)
    return keras.Model(inputs(first, label), judge(x, label, labels), name="critic")


def _block(x: Any, config: Config) -> Any:
    """Add to (batch, frames, width) what two convolutions make of it."""
    y = x
    for _ in range(2):
        y = keras.layers.Conv1D(config.width, config.kernel, padding="same")(keras.layers.LeakyReLU(config.slope)(y))
    return keras.layers.Add()([x, y])
