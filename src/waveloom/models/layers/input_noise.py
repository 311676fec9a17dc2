"""Random numbers that are a function of the generator's input: the same latent vector always gives the same numbers.

The bits of a latent vector are hashed to a key, and key and position to a number. A sound therefore does not depend on
its batch, no random state has to be stored in a checkpoint, and sampling needs no second seed. As with any hash, the
smallest change of the input gives independent numbers.
"""

from math import prod
from typing import Any

import keras
import numpy as np
from keras import ops

GOLDEN = 0x9E3779B9  # 2^32 / golden ratio: its multiples are evenly distributed


def hash_noise(noise: Any) -> Any:
    """Hash each latent vector of (batch, n) float32 to a key: (batch,) uint32."""
    bits = ops.view(ops.stop_gradient(noise), "uint32")
    return _mix(ops.sum(_mix(bits + _positions(noise.shape[-1])), axis=-1))


def uniform(key: Any, count: int, salt: int) -> Any:
    """Uniform numbers (batch, count) in (0, 1) for keys (batch,); each `salt` gives independent numbers."""
    seeds = ops.expand_dims(key, 1) + _mix(_positions(count) + _uint32(salt * 0x85EBCA6B % 2**32))
    return ops.cast(ops.cast(_shift_right(_mix(seeds), 8), "int32"), "float32") * 2.0**-24 + 2.0**-25


def normal(key: Any, shape: tuple[int, ...], salt: int) -> Any:
    """Standard normal numbers (batch, *shape) for keys (batch,), by the method of Box and Muller, 1958."""
    half = (prod(shape) + 1) // 2
    drawn = uniform(key, 2 * half, salt)
    radius, angle = ops.sqrt(-2 * ops.log(drawn[:, :half])), 2 * 3.141592653589793 * drawn[:, half:]
    pairs = ops.concatenate([radius * ops.cos(angle), radius * ops.sin(angle)], axis=-1)
    return ops.reshape(pairs[:, : prod(shape)], (-1, *shape))


class InputNoise(keras.layers.Layer):
    """Standard normal numbers (batch, *shape) that are a function of the latent vectors (batch, n); float32."""

    def __init__(self, shape: tuple[int, ...], salt: int, **options: Any) -> None:
        super().__init__(dtype="float32", **options)
        self.shape, self.salt = shape, salt

    def call(self, noise: Any) -> Any:
        """Hash the latent vectors and draw."""
        return normal(hash_noise(noise), self.shape, self.salt)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, *shape)."""
        return (input_shape[0], *self.shape)


def _mix(x: Any) -> Any:
    """Make every bit of a uint32 depend on every other: the finaliser of Appleby's MurmurHash3, 2008."""
    x = ops.bitwise_xor(x, _shift_right(x, 16)) * _uint32(0x85EBCA6B)
    x = ops.bitwise_xor(x, _shift_right(x, 13)) * _uint32(0xC2B2AE35)
    return ops.bitwise_xor(x, _shift_right(x, 16))


def _shift_right(x: Any, bits: int) -> Any:
    return ops.right_shift(x, _uint32(bits))


def _positions(count: int) -> Any:
    return ops.convert_to_tensor(np.arange(1, count + 1, dtype=np.uint32) * np.uint32(GOLDEN))


def _uint32(value: int) -> Any:
    return ops.convert_to_tensor(value, dtype="uint32")
