"""Upsampled convolutions over time and frequency, with no batch in them: Engel et al., 2019 ("GANSynth").

The networks are those of Karras et al., 2018 ("Progressive growing"), taught plainly: all stages from the first step.
"""

from math import prod
from typing import Annotated, Any

import keras
from keras import ops
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.generators import Networks
from waveloom.models.layers.conditioning import inputs, judge, label_input
from waveloom.models.layers.equalised import Convolution, Dense, evened, leaky, pixel_norm
from waveloom.models.layers.minibatch_stddev import Variety


@checked_dataclass
class Config:
    """`channels` are those nearest the spectrogram, doubled at each of the `halvings` up to `most`.

    The paper has 32 to 256, and two convolutions a size.
    """

    channels: Annotated[int, Field(gt=0)] = 8
    most: Annotated[int, Field(gt=0)] = 64
    halvings: Annotated[int, Field(ge=1, le=7)] = 4
    convolutions: Annotated[int, Field(ge=1)] = 1  # at each size
    kernel: Annotated[int, Field(ge=1)] = 3
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Build on (frames, bins) or (frames, bins, 2), frames and bins to be halved `halvings` times."""
    step = 2**config.halvings
    if len(shape) not in (2, 3) or any(side % step for side in shape[:2]):
        raise InputError(
            f"gansynth cannot take clips of shape {shape}; it needs (frames, bins) or (frames, bins, 2), frames and "
            f"bins multiples of {step}. Choose the instantaneous_frequency or spectrogram representation, or change "
            "its hop, n_fft or bands, or options.gansynth.halvings."
        )
    return Networks(_generator(config, shape, noise, labels), _discriminator(config, shape, labels))


def _generator(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    small = (shape[0] >> config.halvings, shape[1] >> config.halvings, _width(config, config.halvings))
    known = [] if label is None else [ops.one_hot(label, labels)]  # beside the noise, as the paper's pitch
    x = ops.concatenate([pixel_norm(first), *known], axis=-1)
    x = keras.layers.Reshape(small)(Dense(prod(small))(x))  # (batch, frames / step, bins / step, width)
    x = _convolved(pixel_norm(leaky(x, config.slope)), small[-1], config)
    for level in reversed(range(config.halvings)):
        x = _convolved(keras.layers.UpSampling2D(2)(x), _width(config, level), config)  # twice the frames and bins
    x = ops.tanh(Convolution(prod(shape[2:]), (1, 1), dtype="float32")(x))  # (batch, frames, bins, 1 or 2)
    return keras.Model(inputs(first, label), keras.layers.Reshape(shape, dtype="float32")(x), name="generator")


def _discriminator(config: Config, shape: tuple[int, ...], labels: int) -> Any:
    first, label = keras.Input(shape, name="clip"), label_input(labels)
    x = keras.layers.Reshape((*shape[:2], prod(shape[2:])))(first)
    x = leaky(Convolution(config.channels, (1, 1))(x), config.slope)  # (batch, frames, bins, channels)
    for level in range(config.halvings):
        x = _convolved(x, _width(config, level + 1), config, normed=False)
        x = keras.layers.AveragePooling2D(2)(x)  # half the frames and bins
    x = Variety()(keras.layers.Flatten()(x))
    x = leaky(Dense(_width(config, config.halvings))(x), config.slope)  # (batch, width)
    return keras.Model(inputs(first, label), judge(evened(x), label, labels), name="discriminator")


def _convolved(x: Any, width: int, config: Config, normed: bool = True) -> Any:
    """Convolve at one size: (batch, f, b, n) -> (batch, f, b, width)."""
    for _ in range(config.convolutions):
        x = leaky(Convolution(width, (config.kernel, config.kernel))(x), config.slope)
        x = pixel_norm(x) if normed else x
    return x


def _width(config: Config, level: int) -> int:
    return min(config.channels << level, config.most)
