"""Keep a discriminator from telling fakes by the phase that transposed convolutions leave in them."""

from typing import Any

import keras


class PhaseShuffle(keras.layers.Layer):
    """In training, shift (batch, time, channels) by up to `most` steps either way, reflected at the edges.

    Donahue et al. (2019), section 3.3; one shift for the whole batch, so that real and fake ones share it.
    """

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most
        self.seeds = keras.random.SeedGenerator()

    def call(self, x: Any, training: bool = False) -> Any:
        """Shift, or do nothing outside training."""
        if not training or not self.most:
            return x
        start = keras.random.randint((), 0, 2 * self.most + 1, seed=self.seeds)
        reflected = keras.ops.pad(x, ((0, 0), (self.most, self.most), (0, 0)), mode="reflect")
        return keras.ops.slice(reflected, (0, start, 0), keras.ops.shape(x))
