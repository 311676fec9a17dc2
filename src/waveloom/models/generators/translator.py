"""Translates spectrograms to other domains: envelope-free content in, levels in the timbre of the domain out.

Residual convolutions over time with frequency bins as channels, modulated by the embedding of the domain (FiLM, Perez
et al., 2018).
"""

from typing import Annotated, Any, Literal

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.conditioning import label_input
from waveloom.models.layers.content import Content
from waveloom.models.layers.contrasted_features import ContrastedFeatures
from waveloom.models.layers.residual_blocks import modulate
from waveloom.models.networks import Inputs

TASK = "translation"
DILATIONS = (1, 2, 4)  # frames between the values of a convolution, block by block
SLOPE = 0.2  # of the leaky ReLU


@checked_dataclass
class Config:
    """Sizes of the network, and what it receives of the source."""

    width: Annotated[int, Field(gt=0)] = 192  # channels
    blocks: Annotated[int, Field(ge=1)] = 6
    kernel: Annotated[int, Field(ge=1)] = 3  # frames
    style: Annotated[int, Field(gt=0)] = 32  # length of the embedding of a domain
    content: Literal["residual", "spectrogram"] = "residual"  # without the spectral envelope, or the levels themselves
    coefficients: Annotated[int, Field(ge=1)] = 30  # cepstral coefficients of the envelope that is removed


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (frames, bins), frames a multiple of 4; the weights do not depend on the number of frames."""
    if len(shape) != 2 or shape[0] % 4:
        raise InputError(
            f"The generator translator cannot make clips of shape {shape}; it needs (frames, bins), frames a multiple "
            "of 4. Choose the spectrogram representation, or change its hop or prepare.samples."
        )
    if not (inputs.source and inputs.labels):
        raise InputError("The generator translator translates to domains; set the task of the recipe to translation.")
    source, label = keras.Input(shape, name="source"), label_input(inputs.labels)
    spread = keras.initializers.RandomNormal(stddev=1.0)  # a weaker embedding has no effect in early training
    style = keras.layers.Embedding(inputs.labels, config.style, spread, name="domain_embedding")(label)
    x = keras.layers.Dense(config.width, name="input")(_content(config, source))  # (batch, frames, width)
    for block in range(config.blocks):
        x = _residual_block(x, style, config, f"block_{block}", DILATIONS[block % len(DILATIONS)])
    x = _leaky_relu(modulate(x, style, "output_modulation"))
    quiet = keras.initializers.Constant(-0.7)  # most of any spectrogram is quiet: spares the first hundred steps
    output = keras.layers.Dense(shape[1], "tanh", bias_initializer=quiet, dtype="float32", name="output")(x)
    return keras.Model([source, label], output, name="generator")


def _content(config: Config, source: Any) -> Any:
    """What the network receives of the source: (batch, frames, channels)."""
    if config.content == "spectrogram":
        return source
    return ContrastedFeatures(name="contrasted")(Content(config.coefficients, name="content")(source))


def _residual_block(x: Any, style: Any, config: Config, name: str, dilation: int) -> Any:
    """Add a dilated and a pointwise convolution of x to x; the second starts at zero."""
    y = _leaky_relu(modulate(x, style, f"{name}_modulation"))
    y = keras.layers.Conv1D(
        config.width,
        config.kernel,
        padding="same",
        dilation_rate=dilation,
        kernel_initializer="he_normal",
        name=f"{name}_conv_1",
    )(y)
    y = keras.layers.Dense(config.width, kernel_initializer="zeros", name=f"{name}_conv_2")(_leaky_relu(y))
    return keras.layers.Add()([x, y])


def _leaky_relu(x: Any) -> Any:
    return keras.layers.LeakyReLU(SLOPE)(x)
