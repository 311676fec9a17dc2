"""Layers whose weights all learn at one rate: Karras et al., 2018 ("Progressive growing"), section 4.1.

Weights are drawn from a standard normal and scaled where they are used, so that a step of Adam changes each by the same
share; `rate` is the share of that step that a layer takes.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import keras

NORMAL = keras.initializers.RandomNormal


class Dense(keras.layers.Layer):
    """(batch, n) -> (batch, width), from outputs of unit variance for inputs of it; biases begin at `bias`."""

    def __init__(self, width: int, rate: float = 1.0, bias: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.width, self.rate, self.start = width, rate, bias

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Draw the weights, larger where they learn more slowly."""
        into = (shape[-1], self.width)
        self.kernel = self.add_weight(shape=into, initializer=NORMAL(stddev=1 / self.rate), name="kernel")
        start = keras.initializers.Constant(self.start / self.rate)
        self.bias = self.add_weight(shape=(self.width,), initializer=start, name="bias")

    def call(self, x: Any) -> Any:
        """Multiply, and add the bias."""
        return keras.ops.matmul(x, self.kernel * (self.rate / x.shape[-1] ** 0.5)) + self.bias * self.rate


class Convolution(keras.layers.Layer):
    """(batch, *sides, n) -> (batch, *sides, channels), as many sides as `kernel` has; biases begin at 0."""

    def __init__(self, channels: int, kernel: tuple[int, ...], **options: Any) -> None:
        super().__init__(**options)
        self.channels, self.size = channels, kernel

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Draw the weights."""
        into = (*self.size, shape[-1], self.channels)
        self.kernel = self.add_weight(shape=into, initializer=NORMAL(stddev=1.0), name="kernel")
        self.bias = self.add_weight(shape=(self.channels,), initializer="zeros", name="bias")

    def call(self, x: Any) -> Any:
        """Convolve, and add the bias."""
        scale = prod(self.kernel.shape[:-1]) ** -0.5
        return keras.ops.conv(x, self.kernel * scale, padding="same") + self.bias


def leaky(x: Any, slope: float) -> Any:
    """Leaky rectifier that keeps the variance of what goes through."""
    gain = (2 / (1 + slope**2)) ** 0.5
    return apply(lambda x: keras.ops.leaky_relu(x, slope) * gain, x)


def pixel_norm(x: Any) -> Any:
    """Give the channels of each place a mean square of 1."""
    return apply(lambda x: x * keras.ops.rsqrt(keras.ops.mean(x**2, axis=-1, keepdims=True) + 1e-8), x)


def evened(x: Any) -> Any:
    """Divide features (batch, n) by the root of n: a layer of plain weights that follows learns at the same rate."""
    return apply(lambda x: x * x.shape[-1] ** -0.5, x)


def apply(function: Callable[..., Any], *tensors: Any, dtype: str | None = None) -> Any:
    """Make a layer of a function of tensors; Keras 3.15 takes a symbolic tensor times a number for a sparse one."""
    return keras.layers.Lambda(lambda given: function(*given), dtype=dtype)(tensors)
