"""Transposed convolutions over time and frequency, after Radford, Metz and Chintala, 2015 ("DCGAN")."""

from typing import Any

import keras

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.conditioning import condition_noise, generator_inputs, model_inputs
from waveloom.models.layers.dcgan_blocks import DcganConfig, initializer
from waveloom.models.networks import Inputs


@checked_dataclass
class Config(DcganConfig):
    """As in `layers/dcgan_blocks.py`."""


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (frames, bins) spectrograms, with batch normalisation as in the paper.

    The convolutions are counted from the spectrogram, so that more halvings add some at the noise's side.
    """
    if len(shape) != 2 or any(side % config.step for side in shape):
        raise InputError(
            f"The generator dcgan cannot make clips of shape {shape}; it needs (frames, bins), both multiples of "
            f"{config.step}. Choose the spectrogram representation, or change its hop, its n_fft or "
            "options.generators.dcgan.halvings."
        )
    noise, label = generator_inputs(inputs)
    frames, bins = (side >> config.halvings for side in shape)
    width = config.channels << (config.halvings - 1)
    first = keras.layers.Dense(frames * bins * width, kernel_initializer=initializer(), name="start")
    x = first(condition_noise(noise, label, inputs.labels))
    x = keras.layers.Reshape((frames, bins, width))(x)  # (batch, frames / step, bins / step, width)
    for level in reversed(range(config.halvings - 1)):
        x = _upsample(_normalise(x, f"up_{level}_norm"), config.channels << level, config.kernel, f"up_{level}")
    x = _upsample(_normalise(x, "output_norm"), 1, config.kernel, "output", "float32")  # (batch, frames, bins, 1)
    x = keras.layers.Activation("tanh", dtype="float32")(x)
    x = keras.layers.Reshape(shape, dtype="float32")(x)  # (batch, frames, bins)
    return keras.Model(model_inputs(noise, label), x, name="generator")


def _normalise(x: Any, name: str) -> Any:
    return keras.layers.ReLU()(keras.layers.BatchNormalization(name=name)(x))


def _upsample(x: Any, channels: int, kernel: int, name: str, dtype: str | None = None) -> Any:
    """Double both sides: (batch, f, b, c) -> (batch, 2f, 2b, channels)."""
    options = {"padding": "same", "dtype": dtype, "kernel_initializer": initializer(), "name": name}
    return keras.layers.Conv2DTranspose(channels, kernel, strides=2, **options)(x)
