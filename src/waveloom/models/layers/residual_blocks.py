"""Residual convolutions over time with frequency bins as channels: few layers and large matrix products, fast on a CPU.

Arrays are (batch, frames, channels). `residual`, `loom` and `dual` are built of these blocks.
"""

from math import prod
from typing import Annotated, Any

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass

STRIDE = 4  # frames per time step of the finest residual block


@checked_dataclass
class ResidualConfig:
    """Sizes of residual blocks and of the style vector that modulates them."""

    width: Annotated[int, Field(gt=0)] = 256  # channels
    style: Annotated[int, Field(gt=0)] = 512  # length of the style vector, or of a discriminator's last features
    kernel: Annotated[int, Field(ge=1)] = 3  # time steps
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2  # of the leaky ReLU


def style_and_start(noise: Any, steps: int, config: ResidualConfig, prefix: str = "") -> tuple[Any, Any]:
    """Map conditioned noise to the style vector (batch, style) and to the first features (batch, steps, width)."""
    style = leaky_relu(dense(config.style, f"{prefix}style")(noise), config)
    first = dense(steps * config.width, f"{prefix}start")(style)
    return style, keras.layers.Reshape((steps, config.width))(first)


def residual_block(x: Any, config: ResidualConfig, name: str, style: Any | None = None) -> Any:
    """Add two convolutions of x to x (batch, time, width); the second starts at zero, so the block starts as
    identity.
    """
    y = x if style is None else modulate(x, style, f"{name}_modulation")
    y = convolution(config.width, config.kernel, f"{name}_conv_1")(leaky_relu(y, config))
    y = convolution(config.width, config.kernel, f"{name}_conv_2", initial="zeros")(leaky_relu(y, config))
    return keras.layers.Add()([x, y])


def modulate(x: Any, style: Any, name: str) -> Any:
    """Scale and shift each normalised channel by the style: (batch, time, width) -> the same shape.

    Feature-wise linear modulation (Perez et al., 2018).
    """
    width = x.shape[-1]
    small = keras.initializers.RandomNormal(stddev=0.05)
    scale = keras.layers.Dense(width, kernel_initializer=small, bias_initializer="ones", name=f"{name}_scale")(style)
    shift = keras.layers.Dense(width, kernel_initializer=small, name=f"{name}_shift")(style)
    normalised = keras.layers.RMSNormalization(name=f"{name}_norm")(x)
    x = keras.layers.Multiply()([normalised, keras.layers.Reshape((1, width))(scale)])
    return keras.layers.Add()([x, keras.layers.Reshape((1, width))(shift)])


def spectrogram_output(x: Any, style: Any, bins: int, spectra: int, config: ResidualConfig, prefix: str = "") -> Any:
    """Map features to values in [-1, 1]: (batch, frames / 4, width) -> (batch, frames, bins), float32.

    Each frame is a linear combination of `spectra` learned spectra, before the tanh.
    """
    combine = convolution(spectra, config.kernel, f"{prefix}spectra")
    x = modulate(upsample_to_frames(x), style, f"{prefix}spectra_modulation")
    x = combine(leaky_relu(x, config))  # (batch, frames, spectra)
    quiet = keras.initializers.Constant(-0.7)  # most of any spectrogram is quiet: spares the first hundred steps
    output = keras.layers.Conv1D(
        bins, 1, bias_initializer=quiet, activation="tanh", dtype="float32", name=f"{prefix}output"
    )
    return output(leaky_relu(x, config))


def upsample_to_frames(x: Any) -> Any:
    """Interpolate linearly to the frame rate: (batch, frames / 4, width) -> (batch, frames, width)."""
    x = keras.layers.UpSampling1D(STRIDE)(x)
    return keras.layers.AveragePooling1D(STRIDE + 1, strides=1, padding="same")(x)


def flatten_frames(clip: Any) -> Any:
    """Make all values of a frame channels: (batch, frames, bins, ...) -> (batch, frames, channels)."""
    return keras.layers.Reshape((clip.shape[1], prod(clip.shape[2:])))(clip)


def convolution(channels: int, kernel: int, name: str, strides: int = 1, initial: str = "he_normal") -> Any:
    """A convolution over time with "same" padding."""
    return keras.layers.Conv1D(channels, kernel, strides=strides, padding="same", kernel_initializer=initial, name=name)


def dense(width: int, name: str) -> Any:
    """A dense layer, initialised for the leaky ReLU after it."""
    return keras.layers.Dense(width, kernel_initializer="he_normal", name=name)


def leaky_relu(x: Any, config: ResidualConfig) -> Any:
    """Leaky ReLU with the configured slope."""
    return keras.layers.LeakyReLU(config.slope)(x)
