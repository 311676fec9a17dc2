"""Minibatch standard deviation: the discriminator sees how different the clips of a batch are (against mode
collapse).
"""

from typing import Any

import keras

GROUP = 4


class MinibatchStdDev(keras.layers.Layer):
    """Append the mean standard deviation within the group to each clip's features: (batch, w) -> (batch, w + 1).

    Karras et al., 2018, section 3. Groups are `GROUP` consecutive clips, so that concatenated real and generated clips
    are never in one group; the batch must be a multiple of `GROUP`.
    """

    def call(self, features: Any) -> Any:
        """Compute and append the standard deviation of each group."""
        width = features.shape[-1]
        groups = keras.ops.reshape(features, (-1, GROUP, width))  # (groups, 4, width)
        deviation = keras.ops.sqrt(keras.ops.var(groups, axis=1) + 1e-8)  # (groups, width)
        deviation = keras.ops.mean(deviation, axis=-1, keepdims=True)  # (groups, 1)
        deviation = keras.ops.reshape(keras.ops.repeat(deviation, GROUP, axis=0), (-1, 1))  # (batch, 1)
        return keras.ops.concatenate([features, deviation], axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the input shape with one feature more."""
        return (*input_shape[:-1], input_shape[-1] + 1)  # type: ignore[operator]
