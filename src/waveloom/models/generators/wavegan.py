"""Transposed convolutions on the waveform: Donahue, McAuley and Puckette, 2019 ("WaveGAN")."""

import keras

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.conditioning import generator_inputs, model_inputs
from waveloom.models.layers.wavegan_blocks import WaveganGeneratorConfig, start, upsample, waveform_output
from waveloom.models.networks import Inputs


@checked_dataclass
class Config(WaveganGeneratorConfig):
    """As in `layers/wavegan_blocks.py`."""


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (samples,) waveforms, a multiple of 4^quarterings; there is no batch normalisation.

    The convolutions are counted from the waveform, so that more quarterings add some at the noise's side.
    """
    if len(shape) != 1 or shape[0] % config.step:
        raise InputError(
            f"The generator wavegan cannot make clips of shape {shape}; it needs (samples,), a multiple of "
            f"{config.step}. Choose the waveform representation, not a spectrogram, or change prepare.samples or "
            "options.generators.wavegan.quarterings."
        )
    noise, label = generator_inputs(inputs)
    x = start(noise, label, inputs.labels, shape[0], config)  # (batch, samples / step, channels)
    for level in reversed(range(config.quarterings - 1)):
        x = keras.layers.ReLU()(upsample(x, config.channels << level, config, f"up_{level}"))  # four times the steps
    return keras.Model(model_inputs(noise, label), waveform_output(x, config), name="generator")
