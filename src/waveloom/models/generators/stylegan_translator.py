"""StyleGAN's synthesis network as a translator: the style is the target domain, the content of the source the start.

A mapping network turns the embedding of the domain into a style; convolutions at 1/4, 1/2 and all of the frames are
modulated by it, as in StyleGAN2 (Karras et al., 2020). The content of the source replaces the learned constant and the
injected noise. Weights are demodulated instead of features being normalised over time (AdaIN), since statistics of a
window would depend on its length.
"""

from typing import Annotated, Any

import keras
from keras import ops
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.conditioning import label_input
from waveloom.models.layers.content import Content
from waveloom.models.layers.contrasted_features import ContrastedFeatures
from waveloom.models.layers.equalised import Dense, apply, leaky_relu
from waveloom.models.layers.style import Bias, ModulatedConvolution, upsample_frames
from waveloom.models.networks import Inputs

TASK = "translation"
LEVELS = 3  # of time: all frames, a half, a quarter
QUIET = -0.9  # tanh(-0.9) is -0.7: most of any spectrogram is quiet, which spares the first hundred steps
OUTPUT_STDDEV = 0.25  # of the output layers' kernels: their sum starts within the slope of the tanh


@checked_dataclass
class Config:
    """Sizes of the mapping network, of the encoder of the content and of the convolutions."""

    width: Annotated[int, Field(gt=0)] = 192  # channels
    kernel: Annotated[int, Field(ge=1)] = 3  # frames of each level
    style: Annotated[int, Field(gt=0)] = 64  # length of the embedding of a domain, and of its style
    depth: Annotated[int, Field(gt=0)] = 2  # layers of the mapping network
    coefficients: Annotated[int, Field(ge=1)] = 30  # cepstral coefficients of the envelope that is removed
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2  # of the leaky ReLU


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (frames, bins), frames a multiple of 4; the weights do not depend on the number of frames."""
    if len(shape) != 2 or shape[0] % 2 ** (LEVELS - 1):
        raise InputError(
            f"The generator stylegan_translator cannot make clips of shape {shape}; it needs (frames, bins), frames a "
            "multiple of 4. Choose the spectrogram representation, or change its hop or prepare.samples."
        )
    if not (inputs.source and inputs.labels):
        raise InputError(
            "The generator stylegan_translator translates to domains; set the task of the recipe to translation."
        )
    source, label = keras.Input(shape, name="source"), label_input(inputs.labels)
    style = _style(config, label, inputs.labels)
    x, output = None, None
    for level, content in reversed(list(enumerate(_encoded_content(config, source)))):
        x = content if x is None else keras.layers.Add()([apply(upsample_frames, x), content])
        x = _styled_convolution(x, style, config, f"level_{level}_conv_1")
        x = _styled_convolution(x, style, config, f"level_{level}_conv_2")
        added = _to_spectrogram(x, style, shape[1], f"level_{level}_output")  # (batch, frames so far, bins)
        output = added if output is None else apply(upsample_frames, output, dtype="float32") + added
    output = ops.tanh(Bias(QUIET, dtype="float32", name="output_bias")(output))
    return keras.Model([source, label], output, name="generator")


def _style(config: Config, label: Any, labels: int) -> Any:
    """Map the embedding of the domain to a style: (batch, style)."""
    spread = keras.initializers.RandomNormal(stddev=1.0)
    x = keras.layers.Embedding(labels, config.style, spread, name="domain_embedding")(label)
    for number in range(config.depth):
        x = leaky_relu(Dense(config.style, name=f"mapping_{number}")(x), config.slope)
    return x


def _encoded_content(config: Config, source: Any) -> list[Any]:
    """Features of the content at all, half and a quarter of the frames: (batch, frames / 2^level, width) each."""
    content = ContrastedFeatures(name="contrasted")(Content(config.coefficients, name="content")(source))
    x = keras.layers.Dense(config.width, name="input")(content)
    features = [keras.layers.LeakyReLU(config.slope)(x)]
    for level in range(1, LEVELS):
        x = keras.layers.AveragePooling1D(2)(features[-1])
        x = keras.layers.Conv1D(config.width, config.kernel, padding="same", name=f"encoder_{level}")(x)
        features.append(keras.layers.LeakyReLU(config.slope)(x))
    return features


def _styled_convolution(x: Any, style: Any, config: Config, name: str) -> Any:
    scales = Dense(x.shape[-1], bias=1.0, name=f"{name}_scales")(style)
    x = ModulatedConvolution(config.width, config.kernel, name=name)([x, scales])
    return leaky_relu(Bias(name=f"{name}_bias")(x), config.slope)


def _to_spectrogram(x: Any, style: Any, bins: int, name: str) -> Any:
    """Map the features of a level to what it adds to the output: (batch, f, n) -> (batch, f, bins), float32."""
    scales = Dense(x.shape[-1], bias=1.0, dtype="float32", name=f"{name}_scales")(style)
    convolution = ModulatedConvolution(bins, 1, demodulate=False, start=OUTPUT_STDDEV, dtype="float32", name=name)
    return convolution([x, scales])
