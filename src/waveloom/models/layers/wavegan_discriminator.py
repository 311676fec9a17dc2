"""The discriminator of waveforms of Donahue, McAuley and Puckette, 2019 ("WaveGAN"); `wavegan` and `dual` share it."""

from typing import Annotated

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import clip_inputs, model_inputs
from waveloom.models.layers.logits import projection_logits
from waveloom.models.layers.phase_shuffle import PhaseShuffle
from waveloom.models.layers.wavegan_blocks import STRIDE, WaveganConfig


@checked_dataclass
class Config(WaveganConfig):
    """The convolutions, and the random shifts between them."""

    phase_shuffle: Annotated[int, Field(ge=0)] = 2  # samples of the largest random shift between two layers
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2  # of the leaky ReLU


def wavegan_discriminator(
    config: Config, shape: tuple[int, ...], labels: int, name: str = "discriminator"
) -> keras.Model:
    """Build waveforms (batch, samples) -> logits (batch, 1); convolutions are counted from the waveform."""
    clip, label = clip_inputs(shape, labels)
    x = keras.layers.Reshape((*shape, 1))(clip)  # (batch, samples, 1)
    for level in range(config.quarterings):
        if level:
            x = PhaseShuffle(config.phase_shuffle)(x)
        convolution = keras.layers.Conv1D(
            config.channels << level, config.kernel, strides=STRIDE, padding="same", name=f"conv_{level}"
        )
        x = keras.layers.LeakyReLU(config.slope)(convolution(x))  # a quarter of the time steps, twice the channels
    x = keras.layers.Flatten()(x)  # (batch, samples / 4^quarterings * channels)
    return keras.Model(model_inputs(clip, label), projection_logits(x, label, labels), name=name)
