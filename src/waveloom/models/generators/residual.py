"""Residual convolutions over time with frequency bins as channels: few layers, big matrix products, quick on a CPU.

Every frame is a blend of learned spectra, so the partials of a note stay straight; the blend is worked out at a
sixteenth to a quarter of the frame rate, where most of the arithmetic of a two-dimensional network would be wasted.
"""

from math import prod
from typing import Annotated, Any

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.generators import Networks
from waveloom.models.layers.conditioning import condition_noise, inputs, judge, label_input
from waveloom.models.layers.minibatch_stddev import Variety

STRIDE = 4  # frames between two steps of the finest residual block


@checked_dataclass
class Config:
    """Channels of the residual blocks and of the full frame rate, and how often time is halved between blocks."""

    width: Annotated[int, Field(gt=0)] = 256
    spectra: Annotated[int, Field(gt=0)] = 128  # that a generated frame is blended from
    style: Annotated[int, Field(gt=0)] = 512  # length of the vector that steers every block
    halvings: Annotated[int, Field(ge=1, le=6)] = 2
    kernel: Annotated[int, Field(ge=1)] = 3
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Build on (frames, bins) or (frames, bins, parts), whose frames divide by 4 x 2 ^ halvings."""
    step = STRIDE * 2**config.halvings
    if len(shape) not in (2, 3) or shape[0] % step:
        raise InputError(
            f"residual cannot take clips of shape {shape}; it needs (frames, bins), frames a multiple of {step}. "
            "Choose the spectrogram or stereo representation, or change its hop, prepare.samples or "
            "options.residual.halvings."
        )
    return Networks(_generator(config, shape, noise, labels), discriminator(config, shape, labels))


def _generator(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    style, x = start(condition_noise(first, label, labels), shape[0] // STRIDE >> config.halvings, config)
    for _ in range(config.halvings):
        x = keras.layers.UpSampling1D(2)(block(x, config, style))  # twice the frames
    made = spectrum(block(x, config, style), style, prod(shape[1:]), config)
    return keras.Model(inputs(first, label), keras.layers.Reshape(shape, dtype="float32")(made), name="generator")


def start(noise: Any, steps: int, config: Config) -> tuple[Any, Any]:
    """What steers every block (batch, style), and the first features (batch, steps, width)."""
    style = leaky(dense(config.style)(noise), config)
    return style, keras.layers.Reshape((steps, config.width))(dense(steps * config.width)(style))


def spectrum(x: Any, style: Any, bins: int, config: Config) -> Any:
    """The last step, to values in [-1, 1]: (batch, frames / 4, width) -> (batch, frames, bins)."""
    x = spread(x)
    x = convolve(config.spectra, config.kernel)(leaky(steer(x, style), config))  # (batch, frames, spectra)
    quiet = keras.initializers.Constant(-0.7)  # most of any spectrogram is: spares the first hundred steps
    last = keras.layers.Conv1D(bins, 1, bias_initializer=quiet, activation="tanh", dtype="float32")
    return last(leaky(x, config))


def spread(x: Any) -> Any:
    """Go on to every frame, without steps: (batch, frames / 4, width) -> (batch, frames, width)."""
    return keras.layers.AveragePooling1D(STRIDE + 1, strides=1, padding="same")(keras.layers.UpSampling1D(STRIDE)(x))


def discriminator(config: Config, shape: tuple[int, ...], labels: int, name: str = "discriminator") -> Any:
    """Judge spectrograms (batch, *shape)."""
    first, label = keras.Input(shape, name="clip"), label_input(labels)
    x = leaky(convolve(config.width, 1)(flat(first)), config)  # (batch, frames, width)
    x = convolve(config.width, STRIDE, STRIDE)(x)  # (batch, frames / 4, width)
    for _ in range(config.halvings):
        x = keras.layers.AveragePooling1D(2)(block(x, config))  # half the frames
    x = leaky(keras.layers.Flatten()(block(x, config)), config)  # (batch, frames / 16 * width)
    x = leaky(dense(config.style)(Variety()(x)), config)  # (batch, style)
    return keras.Model(inputs(first, label), judge(x, label, labels), name=name)


def flat(clip: Any) -> Any:
    """Lay all values of a frame beside each other: (batch, frames, bins, ...) -> (batch, frames, channels)."""
    return keras.layers.Reshape((clip.shape[1], prod(clip.shape[2:])))(clip)


def block(x: Any, config: Config, style: Any | None = None) -> Any:
    """Add to (batch, frames, width) what two convolutions make of it: at first nothing, so that gradients pass."""
    y = x if style is None else steer(x, style)
    y = convolve(config.width, config.kernel)(leaky(y, config))
    y = convolve(config.width, config.kernel, start="zeros")(leaky(y, config))
    return keras.layers.Add()([x, y])


def steer(x: Any, style: Any) -> Any:
    """Scale and shift each normalised channel as `style` says: (batch, frames, width) of any size -> the same.

    Feature-wise linear modulation (Perez et al., 2018).
    """
    width = x.shape[-1]
    small = keras.initializers.RandomNormal(stddev=0.05)
    scale = keras.layers.Dense(width, kernel_initializer=small, bias_initializer="ones")(style)
    shift = keras.layers.Dense(width, kernel_initializer=small)(style)
    x = keras.layers.Multiply()([keras.layers.RMSNormalization()(x), keras.layers.Reshape((1, width))(scale)])
    return keras.layers.Add()([x, keras.layers.Reshape((1, width))(shift)])


def convolve(channels: int, kernel: int, strides: int = 1, start: str = "he_normal") -> Any:
    """A convolution over time that keeps the length, but for strides."""
    return keras.layers.Conv1D(channels, kernel, strides=strides, padding="same", kernel_initializer=start)


def dense(width: int) -> Any:
    """A layer of products, for what a leaky one follows."""
    return keras.layers.Dense(width, kernel_initializer="he_normal")


def leaky(x: Any, config: Config) -> Any:
    """Let pass what is positive, and a little of what is not."""
    return keras.layers.LeakyReLU(config.slope)(x)
