"""Patches of a spectrogram as vectors: matrix products in place of two-dimensional convolutions, fast on a CPU."""

from typing import Any

import keras
from keras import ops

ENLARGED = 5.0  # deviations in levels of about 0.2 become 1


class SplitPatches(keras.layers.Layer):
    """(batch, frames, bins) -> (batch, frames / height, bins / width, height * width)."""

    def __init__(self, height: int, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.height, self.width = height, width

    def call(self, clips: Any) -> Any:
        """Cut and flatten the patches."""
        frames, bins = clips.shape[1] // self.height, clips.shape[2] // self.width
        split = ops.reshape(clips, (-1, frames, self.height, bins, self.width))
        return ops.reshape(ops.transpose(split, (0, 1, 3, 2, 4)), (-1, frames, bins, self.height * self.width))


class CentredPatches(keras.layers.Layer):
    """Deviations of the values of each patch from their mean, enlarged, and the mean.

    (batch, times, frequencies, n) -> (batch, times, frequencies, n + 1). Texture is a small part of levels that are
    mostly the same: with the levels themselves a discriminator learns several times more slowly.
    """

    def call(self, patches: Any) -> Any:
        """Separate the mean."""
        mean = ops.mean(patches, axis=-1, keepdims=True)
        return ops.concatenate([(patches - mean) * ENLARGED, mean + 0.5], axis=-1)


class FrequencyEmbedding(keras.layers.Layer):
    """Add a learned vector for each position in frequency to patches (batch, times, frequencies, channels)."""

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the vectors."""
        spread = keras.initializers.RandomNormal(stddev=0.3)
        self.vectors = self.add_weight(shape=shape[-2:], initializer=spread, name="vectors")

    def call(self, patches: Any) -> Any:
        """Add the vectors."""
        return patches + self.vectors


class NeighbouringPatches(keras.layers.Layer):
    """Concatenate each patch with those before, after, below and above it; zeros beyond the edges.

    (batch, times, frequencies, channels) -> (batch, times, frequencies, 5 * channels).
    """

    def call(self, patches: Any) -> Any:
        """Shift and concatenate."""
        padded = ops.pad(patches, ((0, 0), (1, 1), (1, 1), (0, 0)))
        inner = slice(1, -1)
        shifted = [padded[:, :-2, inner], padded[:, 2:, inner], padded[:, inner, :-2], padded[:, inner, 2:]]
        return ops.concatenate([patches, *shifted], axis=-1)
