"""The residual discriminator of StyleGAN2: Karras et al., 2020.

Frequency bins are channels and the convolutions run over time: a pixel of the paper is a frame. Level k has the frames
of the clip halved k times.
"""

from typing import Any

import keras

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import clip_inputs, model_inputs
from waveloom.models.layers.equalised import Convolution, Dense, apply, leaky_relu, scale_to_equalised
from waveloom.models.layers.logits import projection_logits
from waveloom.models.layers.minibatch_stddev import MinibatchStdDev
from waveloom.models.layers.stylegan_blocks import StyleganConfig


@checked_dataclass
class Config(StyleganConfig):
    """As in `layers/stylegan_blocks.py`."""


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build for (frames, bins) spectrograms whose frames can be halved once for every stage but one."""
    config.check_shape(shape, "discriminator")
    clip, label = clip_inputs(shape, labels)
    input_conv = Convolution(config.widths[-1], (1,), name="input_conv")
    x = leaky_relu(input_conv(clip), config.slope)  # (batch, frames, width)
    for level, width in enumerate(reversed(config.widths[:-1])):
        x = _downsample(x, width, config, f"level_{level}")  # half the frames
    x = leaky_relu(Convolution(config.widths[0], (config.kernel,), name="last_conv")(x), config.slope)
    x = MinibatchStdDev()(keras.layers.Flatten()(x))
    x = leaky_relu(Dense(config.style, name="features")(x), config.slope)  # (batch, style)
    logits = projection_logits(scale_to_equalised(x), label, labels)
    return keras.Model(model_inputs(clip, label), logits, name="discriminator")


def _downsample(x: Any, width: int, config: Config, name: str) -> Any:
    """Halve the frames by a residual block of two convolutions: (batch, f, n) -> (batch, f / 2, width)."""
    y = leaky_relu(Convolution(x.shape[-1], (config.kernel,), name=f"{name}_conv_1")(x), config.slope)
    y = Convolution(width, (config.kernel,), name=f"{name}_conv_2")(keras.layers.AveragePooling1D(2)(y))
    y = leaky_relu(y, config.slope)
    shortcut = Convolution(width, (1,), name=f"{name}_shortcut")(keras.layers.AveragePooling1D(2)(x))
    return apply(lambda y, shortcut: (y + shortcut) * 0.5**0.5, y, shortcut)
