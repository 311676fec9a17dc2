"""Residual convolutions over time with frequency bins as channels, modulated by a style vector.

Every frame is a linear combination of learned spectra, so that the partials of a note stay straight; it is computed at
1/16 to 1/4 of the frame rate, where most of the arithmetic of a two-dimensional network would be wasted.
"""

from math import prod
from typing import Annotated

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.conditioning import condition_noise, generator_inputs, model_inputs
from waveloom.models.layers.residual_blocks import (
    STRIDE,
    ResidualConfig,
    residual_block,
    spectrogram_output,
    style_and_start,
)
from waveloom.models.networks import Inputs


@checked_dataclass
class Config(ResidualConfig):
    """Sizes of the residual blocks, and how often time is doubled between them."""

    spectra: Annotated[int, Field(gt=0)] = 128  # learned spectra that a frame is a combination of
    halvings: Annotated[int, Field(ge=1, le=6)] = 2

    @property
    def step(self) -> int:
        """The number of frames must be a multiple of this."""
        return STRIDE * 2**self.halvings


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (frames, bins) or (frames, bins, parts), whose frames are a multiple of 4 x 2^halvings.

    Block k works at a time resolution of 4 x 2^k frames, so that more halvings add blocks at the noise's side.
    """
    if len(shape) not in (2, 3) or shape[0] % config.step:
        raise InputError(
            f"The generator residual cannot make clips of shape {shape}; it needs (frames, bins), frames a multiple of "
            f"{config.step}. Choose the spectrogram or stereo representation, or change its hop, prepare.samples or "
            "options.generators.residual.halvings."
        )
    noise, label = generator_inputs(inputs)
    conditioned = condition_noise(noise, label, inputs.labels)
    style, x = style_and_start(conditioned, shape[0] // config.step, config)  # (batch, frames / step, width)
    for level in reversed(range(1, config.halvings + 1)):
        x = keras.layers.UpSampling1D(2)(residual_block(x, config, f"block_{level}", style))  # twice the time steps
    x = residual_block(x, config, "block_0", style)  # (batch, frames / 4, width)
    x = spectrogram_output(x, style, prod(shape[1:]), config.spectra, config)
    return keras.Model(model_inputs(noise, label), keras.layers.Reshape(shape, dtype="float32")(x), name="generator")
