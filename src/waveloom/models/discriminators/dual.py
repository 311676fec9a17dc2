"""The sum of a discriminator of waveforms and one of their spectrograms, for the game `dual`
(docs/explanation/dual.md).
"""

from math import lcm
from typing import Literal

import keras

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers import residual_discriminator, wavegan_discriminator
from waveloom.models.layers.conditioning import clip_inputs, model_inputs
from waveloom.models.layers.stft import LogSpectrogram


@checked_dataclass
class Config:
    """Both discriminators, and the spectrogram between them."""

    time: wavegan_discriminator.Config = wavegan_discriminator.Config()
    fourier: residual_discriminator.Config = residual_discriminator.Config()
    hop: Literal[16, 32, 64, 128, 256] = 64  # samples between frames of the spectrogram, as in options.generators.dual


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build for (samples,) waveforms that both discriminators can divide into whole steps."""
    step = lcm(config.time.step, config.hop * config.fourier.step)
    if len(shape) != 1 or shape[0] % step:
        raise InputError(
            f"The discriminator dual cannot take clips of shape {shape}; it needs (samples,), a multiple of {step}. "
            "Choose the waveform representation, not a spectrogram, or change prepare.samples, or hop, "
            "time.quarterings or fourier.halvings in options.discriminators.dual."
        )
    frames = (shape[0] // config.hop, 2 * config.hop)
    with keras.name_scope("time"):
        time = wavegan_discriminator.wavegan_discriminator(config.time, shape, labels, "time")
    with keras.name_scope("fourier"):
        fourier = residual_discriminator.residual_discriminator(config.fourier, frames, labels, "fourier")
    clip, label = clip_inputs(shape, labels)
    spectrogram = LogSpectrogram(config.hop, dtype="float32", name="spectrogram")(clip)
    logits = [time(model_inputs(clip, label)), fourier(model_inputs(spectrogram, label))]
    total = keras.layers.Add(dtype="float32")(logits)
    return keras.Model(model_inputs(clip, label), total, name="discriminator")


def both_views(discriminator: keras.Model) -> tuple[tuple[keras.Model, keras.Model], keras.layers.Layer]:
    """Return the discriminators of waveforms and of spectrograms, and the layer that computes spectrograms from
    waveforms.
    """
    time, fourier = discriminator.get_layer("time"), discriminator.get_layer("fourier")
    return (time, fourier), discriminator.get_layer("spectrogram")
