"""Phase shuffle: a discriminator cannot use the phase artefacts of transposed convolutions."""

from typing import Any

import keras


class PhaseShuffle(keras.layers.Layer):
    """In training, shift (batch, time, channels) by a random number of steps, at most `maximum` in either direction.

    The edges are filled by reflection. Donahue et al., 2019, section 3.3, but with one shift for the whole batch, so
    that real and generated clips have the same.
    """

    def __init__(self, maximum: int, **options: Any) -> None:
        super().__init__(**options)
        self.maximum = maximum
        self.seeds = keras.random.SeedGenerator()

    def call(self, x: Any, training: bool = False) -> Any:
        """Shift in training; outside it, return x unchanged."""
        if not training or not self.maximum:
            return x
        start = keras.random.randint((), 0, 2 * self.maximum + 1, seed=self.seeds)
        reflected = keras.ops.pad(x, ((0, 0), (self.maximum, self.maximum), (0, 0)), mode="reflect")
        return keras.ops.slice(reflected, (0, start, 0), keras.ops.shape(x))
