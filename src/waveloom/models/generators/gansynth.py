"""Upsampling and convolutions over time and frequency, without batch statistics: Engel et al., 2019 ("GANSynth")."""

from math import prod

import keras
from keras import ops

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import generator_inputs, model_inputs
from waveloom.models.layers.equalised import Convolution, Dense, leaky_relu, pixel_norm
from waveloom.models.layers.gansynth_blocks import GansynthConfig, convolutions
from waveloom.models.networks import Inputs


@checked_dataclass
class Config(GansynthConfig):
    """As in `layers/gansynth_blocks.py`."""


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (frames, bins) or (frames, bins, 2), both sides multiples of 2^halvings.

    Level k has sides halved k times, so that more halvings add levels at the noise's side.
    """
    config.check_shape(shape, "generator")
    noise, label = generator_inputs(inputs)
    small = (shape[0] >> config.halvings, shape[1] >> config.halvings, config.width(config.halvings))
    one_hot = [] if label is None else [ops.one_hot(label, inputs.labels)]  # the paper's pitch
    x = ops.concatenate([pixel_norm(noise), *one_hot], axis=-1)
    x = keras.layers.Reshape(small)(Dense(prod(small), name="start")(x))  # (batch, frames / step, bins / step, width)
    x = pixel_norm(leaky_relu(x, config.slope))
    x = convolutions(x, small[-1], config, f"level_{config.halvings}")
    for level in reversed(range(config.halvings)):
        x = keras.layers.UpSampling2D(2)(x)  # twice the frames and bins
        x = convolutions(x, config.width(level), config, f"level_{level}")
    output = Convolution(prod(shape[2:]), (1, 1), dtype="float32", name="output")
    x = keras.layers.Reshape(shape, dtype="float32")(ops.tanh(output(x)))  # (batch, frames, bins) or (..., 2)
    return keras.Model(model_inputs(noise, label), x, name="generator")
