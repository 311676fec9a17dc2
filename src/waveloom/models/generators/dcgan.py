"""Strided convolutions over time and frequency, after Radford, Metz and Chintala, 2015 ("DCGAN")."""

from typing import Annotated, Any

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.generators import Networks
from waveloom.models.layers.conditioning import condition_noise, inputs, judge, label_input

INITIAL = keras.initializers.RandomNormal  # the paper's: standard deviation 0.02


@checked_dataclass
class Config:
    """`channels` are those nearest the spectrogram, doubled at each of the `halvings` of time and frequency."""

    channels: Annotated[int, Field(gt=0)] = 16
    kernel: Annotated[int, Field(ge=2)] = 5
    halvings: Annotated[int, Field(ge=1, le=6)] = 4
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Build on a (frames, bins) spectrogram whose sides can be halved `halvings` times.

    The generator is normalised by batch as in the paper. The discriminator is not: real and fake are judged in one
    call, and statistics shared between them would tell it which is which.
    """
    step = 2**config.halvings
    if len(shape) != 2 or any(side % step for side in shape):
        raise InputError(
            f"dcgan cannot take clips of shape {shape}; it needs (frames, bins), both multiples of {step}. "
            "Choose the spectrogram representation, or change its hop, its n_fft or options.dcgan.halvings."
        )
    return Networks(_generator(config, shape, noise, labels), _discriminator(config, shape, labels))


def _generator(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    frames, bins = (side >> config.halvings for side in shape)
    width = config.channels << (config.halvings - 1)
    x = keras.layers.Dense(frames * bins * width, kernel_initializer=INITIAL(stddev=0.02))(
        condition_noise(first, label, labels)
    )
    x = keras.layers.Reshape((frames, bins, width))(x)  # (batch, frames / step, bins / step, width)
    for level in reversed(range(config.halvings - 1)):
        x = _up(keras.layers.ReLU()(keras.layers.BatchNormalization()(x)), config.channels << level, config.kernel)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization()(x))
    x = keras.layers.Activation("tanh", dtype="float32")(
        _up(x, 1, config.kernel, "float32")
    )  # (batch, frames, bins, 1)
    x = keras.layers.Reshape(shape, dtype="float32")(x)  # (batch, frames, bins)
    return keras.Model(inputs(first, label), x, name="generator")


def _discriminator(config: Config, shape: tuple[int, ...], labels: int) -> Any:
    first, label = keras.Input(shape, name="clip"), label_input(labels)
    x = keras.layers.Reshape((*shape, 1))(first)  # (batch, frames, bins, 1)
    for level in range(config.halvings):
        x = _down(x, config.channels << level, config.kernel)  # half the frames and bins, twice the channels
        x = keras.layers.LeakyReLU(config.slope)(x)
    x = keras.layers.Flatten()(x)  # (batch, frames / step * bins / step * width)
    return keras.Model(inputs(first, label), judge(x, label, labels), name="discriminator")


def _up(x: Any, channels: int, kernel: int, dtype: str | None = None) -> Any:
    """Double both sides: (batch, f, b, c) -> (batch, 2f, 2b, channels)."""
    options = {"padding": "same", "dtype": dtype, "kernel_initializer": INITIAL(stddev=0.02)}
    return keras.layers.Conv2DTranspose(channels, kernel, strides=2, **options)(x)


def _down(x: Any, channels: int, kernel: int) -> Any:
    """Halve both sides: (batch, f, b, c) -> (batch, f / 2, b / 2, channels)."""
    options = {"padding": "same", "kernel_initializer": INITIAL(stddev=0.02)}
    return keras.layers.Conv2D(channels, kernel, strides=2, **options)(x)
