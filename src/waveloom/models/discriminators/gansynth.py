"""Convolutions and average pooling over time and frequency: Engel et al., 2019 ("GANSynth")."""

from math import prod

import keras

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import clip_inputs, model_inputs
from waveloom.models.layers.equalised import Convolution, Dense, leaky_relu, scale_to_equalised
from waveloom.models.layers.gansynth_blocks import GansynthConfig, convolutions
from waveloom.models.layers.logits import projection_logits
from waveloom.models.layers.minibatch_stddev import MinibatchStdDev


@checked_dataclass
class Config(GansynthConfig):
    """As in `layers/gansynth_blocks.py`."""


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build for (frames, bins) or (frames, bins, 2), both sides multiples of 2^halvings; level k has them halved k
    times.
    """
    config.check_shape(shape, "discriminator")
    clip, label = clip_inputs(shape, labels)
    x = keras.layers.Reshape((*shape[:2], prod(shape[2:])))(clip)
    x = leaky_relu(Convolution(config.channels, (1, 1), name="input_conv")(x), config.slope)  # (batch, f, b, channels)
    for level in range(config.halvings):
        x = convolutions(x, config.width(level + 1), config, f"level_{level}", normalise=False)
        x = keras.layers.AveragePooling2D(2)(x)  # half the frames and bins
    x = MinibatchStdDev()(keras.layers.Flatten()(x))
    x = leaky_relu(Dense(config.width(config.halvings), name="features")(x), config.slope)  # (batch, width)
    logits = projection_logits(scale_to_equalised(x), label, labels)
    return keras.Model(model_inputs(clip, label), logits, name="discriminator")
