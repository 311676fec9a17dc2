"""Let a discriminator see how much the clips of a batch differ, so that a generator of one sound is found out."""

from typing import Any

import keras

GROUP = 4


class Variety(keras.layers.Layer):
    """Append, to each clip's features, the mean standard deviation among its group: (batch, w) -> (batch, w + 1).

    Minibatch standard deviation of Karras et al., 2018, section 3. Groups are `GROUP` consecutive clips, so that real
    and fake ones laid end to end never meet; the batch must be a multiple of `GROUP`.
    """

    def call(self, features: Any) -> Any:
        """Measure groups of consecutive clips."""
        width = features.shape[-1]
        groups = keras.ops.reshape(features, (-1, GROUP, width))  # (groups, 4, width)
        spread = keras.ops.sqrt(keras.ops.var(groups, axis=1) + 1e-8)  # (groups, width)
        spread = keras.ops.mean(spread, axis=-1, keepdims=True)  # (groups, 1)
        spread = keras.ops.reshape(keras.ops.repeat(spread, GROUP, axis=0), (-1, 1))  # (batch, 1)
        return keras.ops.concatenate([features, spread], axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Tell Keras of the one feature more."""
        return (*input_shape[:-1], input_shape[-1] + 1)  # type: ignore[operator]
