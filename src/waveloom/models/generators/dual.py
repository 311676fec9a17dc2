"""Two generators of one sound, as a waveform and as a spectrogram, that exchange features at every stage.

An interpretation of the dual-interactive Wasserstein Fourier GAN, see docs/explanation/dual.md: the time generator is
WaveGAN's, the Fourier generator that of `residual`. Layers are named `time_...` and `fourier_...`; the game `dual`
needs that.
"""

from math import lcm
from typing import Annotated, Any, Literal

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers import residual_blocks, wavegan_blocks
from waveloom.models.layers.conditioning import condition_noise, generator_inputs, model_inputs
from waveloom.models.layers.residual_blocks import ResidualConfig
from waveloom.models.layers.stft import CombineViews
from waveloom.models.layers.wavegan_blocks import WaveganGeneratorConfig
from waveloom.models.networks import Inputs

TIME, FOURIER = "time_", "fourier_"  # prefixes of the layer names of each generator


@checked_dataclass
class FourierConfig(ResidualConfig):
    """The Fourier generator; it has as many stages as the time generator."""

    spectra: Annotated[int, Field(gt=0)] = 128  # learned spectra; each frame is a linear combination of them


@checked_dataclass
class Config:
    """Both generators, and how they interact."""

    time: WaveganGeneratorConfig = WaveganGeneratorConfig()
    fourier: FourierConfig = FourierConfig()
    hop: Literal[16, 32, 64, 128, 256] = 64  # samples between frames of the spectrogram, a quarter of the window
    exchange: bool = True  # at every stage each generator receives the other's features
    output: Literal["time", "both"] = "both"  # the waveform view, or with the magnitudes of the spectrogram view


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (samples,) waveforms that both generators can divide into whole steps."""
    step = lcm(config.time.step, config.hop * residual_blocks.STRIDE)
    if len(shape) != 1 or shape[0] % step:
        raise InputError(
            f"The generator dual cannot make clips of shape {shape}; it needs (samples,), a multiple of {step}. Choose "
            "the waveform representation, not a spectrogram, or change prepare.samples, or hop or time.quarterings in "
            "options.generators.dual."
        )
    noise, label = generator_inputs(inputs)
    views = _views(config, shape[0], noise, label, inputs.labels)
    clip = CombineViews(config.hop, config.output, dtype="float32", name="combined_views")(views)
    return keras.Model(model_inputs(noise, label), clip, name="generator")


def both_views(generator: keras.Model) -> keras.Model:
    """Return noise -> [clip (batch, samples), spectrogram (batch, frames, bins)], with the weights of `generator`."""
    return keras.Model(generator.input, generator.get_layer("combined_views").input, name="both_views")


def _views(config: Config, samples: int, noise: Any, label: Any | None, labels: int) -> list[Any]:
    """Build both generators stage by stage: [clip (batch, samples), spectrogram (batch, frames, bins)]."""
    steps, frames = samples // config.time.step, samples // config.hop // residual_blocks.STRIDE
    clip = wavegan_blocks.start(noise, label, labels, samples, config.time, TIME)
    conditioned = condition_noise(noise, label, labels, f"{FOURIER}label_embedding")
    style, view = residual_blocks.style_and_start(conditioned, min(steps, frames), config.fourier, FOURIER)
    for level in reversed(range(config.time.quarterings)):
        if config.exchange:
            clip, view = (
                _receive(clip, view, f"{TIME}exchange_{level}"),
                _receive(view, clip, f"{FOURIER}exchange_{level}"),
            )
        view = residual_blocks.residual_block(view, config.fourier, f"{FOURIER}block_{level}", style)
        steps *= wavegan_blocks.STRIDE
        if level:
            view = _resample_time(view, min(steps, frames))
            up = wavegan_blocks.upsample(
                clip, config.time.channels << (level - 1), config.time, f"{TIME}up_{level - 1}"
            )
            clip = keras.layers.ReLU()(up)
    view = residual_blocks.spectrogram_output(
        view, style, 2 * config.hop, config.fourier.spectra, config.fourier, FOURIER
    )
    return [wavegan_blocks.waveform_output(clip, config.time, TIME), view]


def _receive(own: Any, other: Any, name: str) -> Any:
    """Add a convolution of the other generator's features to one's own: (batch, steps, channels) -> the same shape."""
    convolution = keras.layers.Conv1D(own.shape[-1], 1, name=name)
    return keras.layers.Add()([own, convolution(_resample_time(other, own.shape[1]))])


def _resample_time(features: Any, steps: int) -> Any:
    """Average or repeat time steps: (batch, time, channels) -> (batch, steps, channels)."""
    if features.shape[1] > steps:
        return keras.layers.AveragePooling1D(features.shape[1] // steps)(features)
    return keras.layers.UpSampling1D(steps // features.shape[1])(features)
