"""Layers with an equalised learning rate: Karras et al., 2018 ("Progressive growing"), section 4.1.

Weights are drawn from a standard normal distribution and scaled at run time, so that a step of Adam changes all of them
by the same fraction; `rate` multiplies the learning rate of one layer.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import keras

NORMAL = keras.initializers.RandomNormal


class Dense(keras.layers.Layer):
    """(batch, n) -> (batch, width), with unit variance for inputs of unit variance; initial biases are `bias`."""

    def __init__(self, width: int, rate: float = 1.0, bias: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.width, self.rate, self.start = width, rate, bias

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights, which are larger if their learning rate is lower."""
        kernel = (shape[-1], self.width)
        self.kernel = self.add_weight(shape=kernel, initializer=NORMAL(stddev=1 / self.rate), name="kernel")
        start = keras.initializers.Constant(self.start / self.rate)
        self.bias = self.add_weight(shape=(self.width,), initializer=start, name="bias")

    def call(self, x: Any) -> Any:
        """Multiply by the scaled kernel and add the scaled bias."""
        return keras.ops.matmul(x, self.kernel * (self.rate / x.shape[-1] ** 0.5)) + self.bias * self.rate


class Convolution(keras.layers.Layer):
    """(batch, *sides, n) -> (batch, *sides, channels); `kernel` has one size per side, initial biases are 0."""

    def __init__(self, channels: int, kernel: tuple[int, ...], **options: Any) -> None:
        super().__init__(**options)
        self.channels, self.size = channels, kernel

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights."""
        kernel = (*self.size, shape[-1], self.channels)
        self.kernel = self.add_weight(shape=kernel, initializer=NORMAL(stddev=1.0), name="kernel")
        self.bias = self.add_weight(shape=(self.channels,), initializer="zeros", name="bias")

    def call(self, x: Any) -> Any:
        """Convolve with the scaled kernel and add the bias."""
        scale = prod(self.kernel.shape[:-1]) ** -0.5
        return keras.ops.conv(x, self.kernel * scale, padding="same") + self.bias


def leaky_relu(x: Any, slope: float) -> Any:
    """Leaky ReLU with a gain that preserves the variance."""
    gain = (2 / (1 + slope**2)) ** 0.5
    return apply(lambda x: keras.ops.leaky_relu(x, slope) * gain, x)


def pixel_norm(x: Any) -> Any:
    """Scale the channels of each position to a mean square of 1: Karras et al., 2018, section 4.2."""
    return apply(lambda x: x * keras.ops.rsqrt(keras.ops.mean(x**2, axis=-1, keepdims=True) + 1e-8), x)


def scale_to_equalised(x: Any) -> Any:
    """Divide features (batch, n) by the root of n, so that a plain dense layer after them learns at the same rate."""
    return apply(lambda x: x * x.shape[-1] ** -0.5, x)


def apply(function: Callable[..., Any], *tensors: Any, dtype: str | None = None) -> Any:
    """Wrap a function of tensors in a layer: Keras 3.15 takes a symbolic tensor times a number for a sparse one."""
    return keras.layers.Lambda(lambda given: function(*given), dtype=dtype)(tensors)
