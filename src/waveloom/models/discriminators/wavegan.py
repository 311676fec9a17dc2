"""Strided convolutions on the waveform with phase shuffle: Donahue, McAuley and Puckette, 2019 ("WaveGAN")."""

import keras

from waveloom.config.errors import InputError
from waveloom.models.layers.wavegan_discriminator import Config, wavegan_discriminator

__all__ = ["Config", "build"]


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build for (samples,) waveforms, a multiple of 4^quarterings."""
    if len(shape) != 1 or shape[0] % config.step:
        raise InputError(
            f"The discriminator wavegan cannot take clips of shape {shape}; it needs (samples,), a multiple of "
            f"{config.step}. Choose the waveform representation, not a spectrogram, or change prepare.samples or "
            "options.discriminators.wavegan.quarterings."
        )
    return wavegan_discriminator(config, shape, labels)
