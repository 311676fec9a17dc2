"""What a style does: steer a convolution, keep to its centre, cross with another; Karras et al., 2019 and 2020."""

from typing import Any

import keras
from keras import ops

from waveloom.models.layers.equalised import NORMAL
from waveloom.models.layers.input_noise import key, normal, uniform

SLOWLY = 0.995  # decay of the running mean of styles, as in the papers' experiments


class Modulated(keras.layers.Layer):
    """Convolve over time with weights that each clip scales by input channel: StyleGAN2, equations 1 and 3.

    [x (batch, frames, n), scales (batch, n)] -> (batch, frames, channels). With `demodulate` the outputs have unit
    variance for inputs of it, whatever the scales. The products are taken apart, so that all clips share one
    convolution: scaling inputs and outputs is the same as scaling weights, and much quicker.
    """

    def __init__(self, channels: int, kernel: int, demodulate: bool = True, start: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.channels, self.size, self.demodulate, self.start = channels, kernel, demodulate, start

    def build(self, shapes: list[tuple[int | None, ...]]) -> None:
        """Draw the weights, of standard deviation `start`, at an equalised rate."""
        into = (self.size, shapes[0][-1], self.channels)
        self.kernel = self.add_weight(shape=into, initializer=NORMAL(stddev=self.start), name="kernel")

    def call(self, given: list[Any]) -> Any:
        """Scale, convolve, scale back."""
        x, scales = given
        weights = self.kernel * (self.size * x.shape[-1]) ** -0.5
        x = ops.conv(x * ops.expand_dims(scales, 1), weights, padding="same")
        if not self.demodulate:
            return x
        power = ops.matmul(scales**2, ops.sum(weights**2, axis=0))  # (batch, channels)
        return x * ops.expand_dims(ops.rsqrt(power + 1e-8), 1)


class Grain(keras.layers.Layer):
    """Add noise from `sources` in each frame, as strong in each channel as is learned, from 0 on.

    [x (batch, frames, n), noise (batch, z)] -> like x. The papers have one source a pixel; here that would be one for
    all the bins of a frame. The noise is hashed, so it stays float32 even where x is not.
    """

    def __init__(self, sources: int, salt: int, **options: Any) -> None:
        super().__init__(autocast=False, **options)
        self.sources, self.salt = sources, salt

    def build(self, shapes: list[tuple[int | None, ...]]) -> None:
        """Begin in silence."""
        self.strength = self.add_weight(shape=(self.sources, shapes[0][-1]), initializer="zeros", name="strength")

    def call(self, given: list[Any]) -> Any:
        """Add what the input draws."""
        x, noise = given
        grain = ops.matmul(normal(key(noise), (x.shape[1], self.sources), self.salt), self.strength)
        return x + ops.cast(grain, x.dtype)


class Centre(keras.layers.Layer):
    """Follow the mean style of each label in training; outside it, keep styles `share` as far from it.

    The truncation trick of StyleGAN, section B: 1 leaves styles alone, 0 makes them all the mean. [styles (batch, w),
    labels (batch,)] -> (batch, w). The mean is no trained weight, but is kept with them; float32, since bfloat16 has no
    digits for a change of half a percent.
    """

    def __init__(self, share: float, labels: int, **options: Any) -> None:
        super().__init__(dtype="float32", **options)
        self.share, self.labels = share, labels

    def build(self, shapes: list[tuple[int | None, ...]]) -> None:
        """Begin at 0."""
        self.mean = self.add_weight(
            shape=(self.labels, shapes[0][-1]), initializer="zeros", trainable=False, aggregation="mean", name="mean"
        )

    def call(self, given: list[Any], training: bool = False) -> Any:
        """Follow, or draw nearer."""
        styles, labels = given
        if training:
            self._follow(styles, labels)
        if training or self.share == 1:
            return styles
        mean = ops.take(self.mean, labels, axis=0)
        return mean + self.share * (styles - mean)

    def _follow(self, styles: Any, labels: Any) -> None:
        """Move the mean of each label that the batch has."""
        belongs = ops.transpose(ops.one_hot(labels, self.labels))  # (labels, batch)
        count = ops.sum(belongs, axis=1, keepdims=True)
        now = ops.matmul(belongs, ops.stop_gradient(styles)) / ops.maximum(count, 1)
        self.mean.assign(self.mean + (1 - SLOWLY) * ops.minimum(count, 1) * (now - self.mean))


class Cross(keras.layers.Layer):
    """In training, give a share of the clips two styles: the first up to a random stage, the second from there on.

    Style mixing of StyleGAN, section 3.1. [first, second (batch, w), noise (batch, z)] -> (batch, stages, w).
    float32, like the noise, which is hashed.
    """

    def __init__(self, stages: int, share: float, **options: Any) -> None:
        super().__init__(dtype="float32", **options)
        self.stages, self.share = stages, share

    def call(self, given: list[Any], training: bool = False) -> Any:
        """Cross at the stage that each clip's own noise draws, or never."""
        first, second, noise = given
        whole = ops.full_like(noise[:, 0], self.stages)
        if not training or not self.share:
            return cross(first, second, whole, self.stages)
        drawn = uniform(key(noise), 2, salt=-1)
        stage = 1 + ops.floor(drawn[:, 0] * (self.stages - 1))
        return cross(first, second, ops.where(drawn[:, 1] < self.share, stage, whole), self.stages)


def cross(first: Any, second: Any, stage: Any, stages: int) -> Any:
    """Lay out a style for each of `stages`: `first` before `stage` (batch,), `second` from it on."""
    early = ops.expand_dims(ops.arange(stages, dtype="float32") < ops.expand_dims(stage, 1), 2)  # (batch, stages, 1)
    return ops.where(early, ops.expand_dims(first, 1), ops.expand_dims(second, 1))
