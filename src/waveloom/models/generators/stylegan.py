"""A generator with a learned style at every stage: Karras et al., 2019 and 2020 ("StyleGAN", "StyleGAN2").

Frequency bins are channels and the convolutions run over time, as in `residual`: a pixel of the papers is a frame.
Layers are named by level: level k has the frames of the clip halved k times, so that more stages add coarser levels.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import keras
from keras import ops
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import condition_noise, generator_inputs, label_input, model_inputs
from waveloom.models.layers.equalised import Convolution, Dense, apply, leaky_relu, pixel_norm
from waveloom.models.layers.input_noise import InputNoise
from waveloom.models.layers.style import (
    Bias,
    LearnedConstant,
    ModulatedConvolution,
    NoiseInjection,
    StyleMean,
    StyleMixing,
    adaptive_instance_norm,
    upsample_frames,
)
from waveloom.models.layers.stylegan_blocks import StyleganConfig
from waveloom.models.networks import Inputs

QUIET = -0.9  # tanh(-0.9) is -0.7: most of any spectrogram is quiet, which spares the first hundred steps

OUTPUT_STDDEV = 0.25  # of the output layers' kernels: their sum starts within the slope of the tanh


@checked_dataclass
class Config(StyleganConfig):
    """Sizes of the stages, the mapping network, and what is random in training."""

    depth: Annotated[int, Field(gt=0)] = 4  # layers of the mapping network from noise to style; the papers have 8
    mapping_rate: Annotated[float, Field(gt=0, le=1)] = 0.01  # learning rate of the mapping network, relative
    modulation: Literal["demodulate", "adain"] = "demodulate"  # of 2020, or of 2019
    noise_sources: Annotated[int, Field(ge=0)] = 16  # injected per frame after every convolution
    mixing: Annotated[float, Field(ge=0, le=1)] = 0.9  # probability of style mixing, for each clip in training
    truncation: Annotated[float, Field(ge=0, le=1)] = 1.0  # psi of the truncation trick: 0 gives the mean style


@dataclass(frozen=True)
class _Layer:
    """Where a convolution stands: its name, width, and the salt of its noise."""

    name: str
    width: int
    salt: int


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (frames, bins) spectrograms whose frames can be halved once for every stage but one."""
    config.check_shape(shape, "generator")
    noise, label = generator_inputs(inputs)
    styles = _styles(config, noise, label, inputs)  # (batch, stages, style)
    x, output = None, None
    for stage, width in enumerate(config.widths):
        level, style = len(config.widths) - 1 - stage, styles[:, stage]
        if x is None:
            x = LearnedConstant(shape[0] >> level, width, name="constant")(style)  # (batch, frames / step, width)
        else:
            layer = _Layer(f"level_{level}_up", width, salt=2 * stage)
            x = _styled_convolution(apply(upsample_frames, x), style, noise, layer, config)  # twice the frames
        x = _styled_convolution(x, style, noise, _Layer(f"level_{level}_conv", width, 2 * stage + 1), config)
        added = _to_spectrogram(x, style, shape[1], f"level_{level}_output")  # (batch, frames so far, bins)
        output = added if output is None else apply(upsample_frames, output, dtype="float32") + added
    output = ops.tanh(Bias(QUIET, dtype="float32", name="output_bias")(output))
    return keras.Model(model_inputs(noise, label), output, name="generator")


def _styles(config: Config, noise: Any, label: Any | None, inputs: Inputs) -> Any:
    """Map noise to a style for every stage, with a second style for style mixing: (batch, stages, style)."""
    mapping = _mapping_network(config, inputs)
    second_noise = InputNoise((inputs.noise,), salt=0)(noise)
    style, second = (mapping(model_inputs(latent, label)) for latent in (noise, second_noise))
    class_index = ops.zeros_like(noise[:, 0], dtype="int32") if label is None else label
    style = StyleMean(config.truncation, max(inputs.labels, 1), name="style_mean")([style, class_index])
    return StyleMixing(len(config.widths), config.mixing, name="style_mixing")([style, second, noise])


def _mapping_network(config: Config, inputs: Inputs) -> keras.Model:
    noise, label = keras.Input((inputs.noise,)), label_input(inputs.labels)
    x = condition_noise(pixel_norm(noise), label, inputs.labels)
    for number in range(config.depth):
        x = leaky_relu(Dense(config.style, config.mapping_rate, name=f"mapping_{number}")(x), config.slope)
    return keras.Model(model_inputs(noise, label), x, name="mapping")


def _styled_convolution(x: Any, style: Any, noise: Any, layer: _Layer, config: Config) -> Any:
    """Convolve with the style and injected noise: (batch, f, n) -> (batch, f, width)."""
    name, adain = layer.name, config.modulation == "adain"
    if adain:
        x = Convolution(layer.width, (config.kernel,), name=name)(x)
    else:
        x = _modulated(x, style, layer.width, config.kernel, name)
    if config.noise_sources:
        x = NoiseInjection(config.noise_sources, layer.salt, name=f"{name}_noise")([x, noise])
    x = leaky_relu(x if adain else Bias(name=f"{name}_bias")(x), config.slope)
    return _adain(x, style, name) if adain else x


def _modulated(x: Any, style: Any, width: int, kernel: int, name: str) -> Any:
    convolution = ModulatedConvolution(width, kernel, name=name)
    return convolution([x, Dense(x.shape[-1], bias=1.0, name=f"{name}_scales")(style)])


def _to_spectrogram(x: Any, style: Any, bins: int, name: str) -> Any:
    """Map the features of a stage to what it adds: (batch, f, n) -> (batch, f, bins), float32; the papers' "toRGB"."""
    scales = Dense(x.shape[-1], bias=1.0, dtype="float32", name=f"{name}_scales")(style)
    convolution = ModulatedConvolution(bins, 1, demodulate=False, start=OUTPUT_STDDEV, dtype="float32", name=name)
    return convolution([x, scales])


def _adain(x: Any, style: Any, name: str) -> Any:
    """Adaptive instance normalisation by the style: StyleGAN, equation 1."""
    scale = Dense(x.shape[-1], bias=1.0, name=f"{name}_scale")(style)
    return apply(adaptive_instance_norm, x, scale, Dense(x.shape[-1], name=f"{name}_shift")(style))
