"""Residual convolutions over time with frequency bins as channels, and the minibatch standard deviation."""

import keras

from waveloom.config.errors import InputError
from waveloom.models.layers.residual_discriminator import Config, residual_discriminator

__all__ = ["Config", "build"]


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build for (frames, bins) or (frames, bins, parts), whose frames are a multiple of 4 x 2^halvings."""
    if len(shape) not in (2, 3) or shape[0] % config.step:
        raise InputError(
            f"The discriminator residual cannot take clips of shape {shape}; it needs (frames, bins), frames a "
            f"multiple "
            f"of {config.step}. Choose the spectrogram or stereo representation, or change its hop, prepare.samples or "
            "options.discriminators.residual.halvings."
        )
    return residual_discriminator(config, shape, labels)
