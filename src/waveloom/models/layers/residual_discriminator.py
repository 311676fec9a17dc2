"""The discriminator of spectrograms built of residual blocks; `residual` and `dual` share it."""

from typing import Annotated

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import clip_inputs, model_inputs
from waveloom.models.layers.logits import projection_logits
from waveloom.models.layers.minibatch_stddev import MinibatchStdDev
from waveloom.models.layers.residual_blocks import (
    STRIDE,
    ResidualConfig,
    convolution,
    dense,
    flatten_frames,
    leaky_relu,
    residual_block,
)


@checked_dataclass
class Config(ResidualConfig):
    """Sizes of the residual blocks, and how often time is halved between them."""

    halvings: Annotated[int, Field(ge=1, le=6)] = 2

    @property
    def step(self) -> int:
        """The number of frames must be a multiple of this."""
        return STRIDE * 2**self.halvings


def residual_discriminator(
    config: Config, shape: tuple[int, ...], labels: int, name: str = "discriminator"
) -> keras.Model:
    """Build spectrograms (batch, *shape) -> logits (batch, 1).

    Block k works at a time resolution of 4 x 2^k frames, so that more halvings only add blocks after those there are.
    """
    clip, label = clip_inputs(shape, labels)
    x = leaky_relu(convolution(config.width, 1, "input_conv")(flatten_frames(clip)), config)  # (batch, frames, width)
    x = convolution(config.width, STRIDE, "strided_conv", strides=STRIDE)(x)  # (batch, frames / 4, width)
    for level in range(config.halvings):
        x = keras.layers.AveragePooling1D(2)(residual_block(x, config, f"block_{level}"))  # half the time steps
    x = residual_block(x, config, f"block_{config.halvings}")
    x = leaky_relu(keras.layers.Flatten()(x), config)  # (batch, frames / step * width)
    x = leaky_relu(dense(config.style, "features")(MinibatchStdDev()(x)), config)  # (batch, style)
    return keras.Model(model_inputs(clip, label), projection_logits(x, label, labels), name=name)
