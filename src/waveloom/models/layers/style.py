"""Layers of style-based generators: modulated convolution, noise injection, truncation, style mixing.

Karras et al., 2019 ("StyleGAN") and 2020 ("StyleGAN2").
"""

from typing import Any

import keras
from keras import ops

from waveloom.models.layers.equalised import NORMAL
from waveloom.models.layers.input_noise import hash_noise, normal, uniform

MEAN_DECAY = 0.995  # of the running mean of styles, as in the papers' experiments


class ModulatedConvolution(keras.layers.Layer):
    """Convolve over time with weights that each clip scales by input channel: StyleGAN2, equations 1 and 3.

    [x (batch, frames, n), scales (batch, n)] -> (batch, frames, channels). With `demodulate` the outputs have unit
    variance for inputs of unit variance, whatever the scales. Inputs and outputs are scaled instead of the weights,
    which is equal and much faster, since all clips share one convolution.
    """

    def __init__(self, channels: int, kernel: int, demodulate: bool = True, start: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.channels, self.size, self.demodulate, self.start = channels, kernel, demodulate, start

    def build(self, shapes: list[tuple[int | None, ...]]) -> None:
        """Create the kernel, of standard deviation `start`, with an equalised learning rate."""
        kernel = (self.size, shapes[0][-1], self.channels)
        self.kernel = self.add_weight(shape=kernel, initializer=NORMAL(stddev=self.start), name="kernel")

    def call(self, given: list[Any]) -> Any:
        """Modulate, convolve and demodulate."""
        x, scales = given
        weights = self.kernel * (self.size * x.shape[-1]) ** -0.5
        x = ops.conv(x * ops.expand_dims(scales, 1), weights, padding="same")
        if not self.demodulate:
            return x
        power = ops.matmul(scales**2, ops.sum(weights**2, axis=0))  # (batch, channels)
        return x * ops.expand_dims(ops.rsqrt(power + 1e-8), 1)


class NoiseInjection(keras.layers.Layer):
    """Add noise to each frame, with a learned strength per source and channel that starts at 0.

    [x (batch, frames, n), noise (batch, z)] -> like x. The papers have one source per pixel; here all bins of a frame
    would share it, so there are several `sources`. The latent vector is hashed, so it stays float32 even where x is
    not.
    """

    def __init__(self, sources: int, salt: int, **options: Any) -> None:
        super().__init__(autocast=False, **options)
        self.sources, self.salt = sources, salt

    def build(self, shapes: list[tuple[int | None, ...]]) -> None:
        """Create the strengths, which start at 0."""
        self.strength = self.add_weight(shape=(self.sources, shapes[0][-1]), initializer="zeros", name="strength")

    def call(self, given: list[Any]) -> Any:
        """Add the noise that belongs to the latent vector."""
        x, noise = given
        injected = ops.matmul(normal(hash_noise(noise), (x.shape[1], self.sources), self.salt), self.strength)
        return x + ops.cast(injected, x.dtype)


class StyleMean(keras.layers.Layer):
    """Track the mean style of each label in training; outside it, apply the truncation trick with `psi`.

    StyleGAN, appendix B: psi = 1 leaves styles unchanged, 0 gives the mean style. [styles (batch, w), labels (batch,)]
    -> (batch, w). The mean is saved with the weights but has no gradient; it is float32, since bfloat16 cannot
    represent a change of half a percent.
    """

    def __init__(self, psi: float, labels: int, **options: Any) -> None:
        super().__init__(dtype="float32", **options)
        self.psi, self.labels = psi, labels

    def build(self, shapes: list[tuple[int | None, ...]]) -> None:
        """Create the means, which start at 0."""
        self.mean = self.add_weight(
            shape=(self.labels, shapes[0][-1]), initializer="zeros", trainable=False, aggregation="mean", name="mean"
        )

    def call(self, given: list[Any], training: bool = False) -> Any:
        """Update the means in training, else truncate."""
        styles, labels = given
        if training:
            self._update(styles, labels)
        if training or self.psi == 1:
            return styles
        mean = ops.take(self.mean, labels, axis=0)
        return mean + self.psi * (styles - mean)

    def _update(self, styles: Any, labels: Any) -> None:
        """Move the mean of each label in the batch."""
        belongs = ops.transpose(ops.one_hot(labels, self.labels))  # (labels, batch)
        count = ops.sum(belongs, axis=1, keepdims=True)
        now = ops.matmul(belongs, ops.stop_gradient(styles)) / ops.maximum(count, 1)
        self.mean.assign(self.mean + (1 - MEAN_DECAY) * ops.minimum(count, 1) * (now - self.mean))


class StyleMixing(keras.layers.Layer):
    """In training, give a fraction of the clips two styles: the first up to a random stage, the second from there on.

    StyleGAN, section 3.1. [first, second (batch, w), noise (batch, z)] -> (batch, stages, w). The layer is float32, as
    the latent vector is hashed.
    """

    def __init__(self, stages: int, probability: float, **options: Any) -> None:
        super().__init__(dtype="float32", **options)
        self.stages, self.probability = stages, probability

    def call(self, given: list[Any], training: bool = False) -> Any:
        """Change from the first to the second style at a stage that the latent vector decides, or never."""
        first, second, noise = given
        never = ops.full_like(noise[:, 0], self.stages)
        if not training or not self.probability:
            return mix_styles(first, second, never, self.stages)
        drawn = uniform(hash_noise(noise), 2, salt=-1)
        stage = 1 + ops.floor(drawn[:, 0] * (self.stages - 1))
        return mix_styles(first, second, ops.where(drawn[:, 1] < self.probability, stage, never), self.stages)


def mix_styles(first: Any, second: Any, stage: Any, stages: int) -> Any:
    """Return the style of each of `stages`: `first` before `stage` (batch,), `second` from it on."""
    early = ops.expand_dims(ops.arange(stages, dtype="float32") < ops.expand_dims(stage, 1), 2)  # (batch, stages, 1)
    return ops.where(early, ops.expand_dims(first, 1), ops.expand_dims(second, 1))


class LearnedConstant(keras.layers.Layer):
    """The learned input of the first stage, repeated for each clip: (batch, ...) -> (batch, frames, width)."""

    def __init__(self, frames: int, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.size = (1, frames, width)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the constant, standard normal."""
        self.start = self.add_weight(
            shape=self.size, initializer=keras.initializers.RandomNormal(stddev=1.0), name="start"
        )

    def call(self, like: Any) -> Any:
        """Repeat the constant for each clip of `like`."""
        return ops.repeat(self.start, ops.shape(like)[0], axis=0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, frames, width)."""
        return (input_shape[0], *self.size[1:])


class Bias(keras.layers.Layer):
    """Add a learned bias to each channel, `start` at first."""

    def __init__(self, start: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.start = start

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the biases."""
        self.bias = self.add_weight(shape=shape[-1:], initializer=keras.initializers.Constant(self.start), name="bias")

    def call(self, x: Any) -> Any:
        """Add the biases."""
        return x + self.bias


def adaptive_instance_norm(x: Any, scale: Any, shift: Any) -> Any:
    """Give each channel of x (batch, frames, n) the mean `shift` and the deviation `scale` over time: StyleGAN, eq.
    1.
    """
    x = x - ops.mean(x, axis=1, keepdims=True)
    x = x * ops.rsqrt(ops.mean(x**2, axis=1, keepdims=True) + 1e-8)
    return x * ops.expand_dims(scale, 1) + ops.expand_dims(shift, 1)


def upsample_frames(x: Any) -> Any:
    """Double the frames with the papers' filter [1, 3, 3, 1]: each is a quarter of the way to its neighbour."""
    before = ops.concatenate([x[:, :1], x[:, :-1]], axis=1)
    after = ops.concatenate([x[:, 1:], x[:, -1:]], axis=1)
    pairs = ops.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=2)  # (batch, f, 2, n)
    return ops.reshape(pairs, (-1, 2 * x.shape[1], x.shape[2]))
