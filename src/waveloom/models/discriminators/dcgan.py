"""Strided convolutions over time and frequency, after Radford, Metz and Chintala, 2015 ("DCGAN")."""

from typing import Annotated

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.conditioning import clip_inputs, model_inputs
from waveloom.models.layers.dcgan_blocks import DcganConfig, initializer
from waveloom.models.layers.logits import projection_logits


@checked_dataclass
class Config(DcganConfig):
    """The convolutions, and the slope of the leaky ReLU after each."""

    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build for (frames, bins) spectrograms; convolutions are counted from the spectrogram.

    There is no batch normalisation: real and generated clips are passed in one call, and shared statistics would tell
    which is which.
    """
    if len(shape) != 2 or any(side % config.step for side in shape):
        raise InputError(
            f"The discriminator dcgan cannot take clips of shape {shape}; it needs (frames, bins), both multiples of "
            f"{config.step}. Choose the spectrogram representation, or change its hop, its n_fft or "
            "options.discriminators.dcgan.halvings."
        )
    clip, label = clip_inputs(shape, labels)
    x = keras.layers.Reshape((*shape, 1))(clip)  # (batch, frames, bins, 1)
    for level in range(config.halvings):
        options = {"padding": "same", "kernel_initializer": initializer(), "name": f"down_{level}"}
        x = keras.layers.Conv2D(config.channels << level, config.kernel, strides=2, **options)(x)
        x = keras.layers.LeakyReLU(config.slope)(x)  # half the frames and bins, twice the channels
    x = keras.layers.Flatten()(x)  # (batch, frames / step * bins / step * channels)
    return keras.Model(model_inputs(clip, label), projection_logits(x, label, labels), name="discriminator")
