"""Randomness that is a function of the generator's input: the same input always draws the same, whatever its batch.

The bits of a row of noise are hashed to a key, and key and place to a number. So a sound is one sound to the bit,
nothing has to be kept in a checkpoint, and training and sampling need no seed but the input's own. As in any hash, an
input ever so little different draws something else altogether.
"""

from math import prod
from typing import Any

import keras
import numpy as np
from keras import ops

GOLDEN = 0x9E3779B9  # 2^32 / golden ratio: multiples of it are spread evenly


def key(noise: Any) -> Any:
    """Hash each row of noise (batch, n) float32 to one number (batch,) uint32."""
    bits = ops.view(ops.stop_gradient(noise), "uint32")
    return _mix(ops.sum(_mix(bits + _places(noise.shape[-1])), axis=-1))


def uniform(key: Any, count: int, salt: int) -> Any:
    """Draw (batch, count) in (0, 1) for keys (batch,); another `salt`, another draw."""
    seeds = ops.expand_dims(key, 1) + _mix(_places(count) + _number(salt * 0x85EBCA6B % 2**32))
    return ops.cast(ops.cast(_shift(_mix(seeds), 8), "int32"), "float32") * 2.0**-24 + 2.0**-25


def normal(key: Any, shape: tuple[int, ...], salt: int) -> Any:
    """Draw standard normal numbers (batch, *shape) for keys (batch,): Box and Muller, 1958."""
    half = (prod(shape) + 1) // 2
    drawn = uniform(key, 2 * half, salt)
    radius, angle = ops.sqrt(-2 * ops.log(drawn[:, :half])), 2 * 3.141592653589793 * drawn[:, half:]
    pairs = ops.concatenate([radius * ops.cos(angle), radius * ops.sin(angle)], axis=-1)
    return ops.reshape(pairs[:, : prod(shape)], (-1, *shape))


class Drawn(keras.layers.Layer):
    """Standard normal numbers (batch, *shape) that belong to noise (batch, n); float32, like the noise they hash."""

    def __init__(self, shape: tuple[int, ...], salt: int, **options: Any) -> None:
        super().__init__(dtype="float32", **options)
        self.drawn, self.salt = shape, salt

    def call(self, noise: Any) -> Any:
        """Draw them."""
        return normal(key(noise), self.drawn, self.salt)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Tell Keras of the shape."""
        return (input_shape[0], *self.drawn)


def _mix(x: Any) -> Any:
    """Let every bit of a uint32 change every other: Appleby's finaliser of MurmurHash3, 2008."""
    x = ops.bitwise_xor(x, _shift(x, 16)) * _number(0x85EBCA6B)
    x = ops.bitwise_xor(x, _shift(x, 13)) * _number(0xC2B2AE35)
    return ops.bitwise_xor(x, _shift(x, 16))


def _shift(x: Any, bits: int) -> Any:
    return ops.right_shift(x, _number(bits))


def _places(count: int) -> Any:
    return ops.convert_to_tensor(np.arange(1, count + 1, dtype=np.uint32) * np.uint32(GOLDEN))


def _number(value: int) -> Any:
    return ops.convert_to_tensor(value, dtype="uint32")
