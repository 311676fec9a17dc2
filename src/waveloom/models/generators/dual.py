"""Two generators that make one sound in two views, waveform and spectrogram, telling each other of it at every stage.

Our reading of the dual-interactive Wasserstein Fourier GAN, see docs/explanation/dual.md: the time view is WaveGAN's
pair, the Fourier view the residual pair.
"""

from math import lcm
from typing import Annotated, Any, Literal

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.generators import Networks, Views, residual, wavegan
from waveloom.models.layers.conditioning import condition_noise, inputs, label_input
from waveloom.models.layers.stft import Fourier, Fused


@checked_dataclass
class Config:
    """What each view is made of, and which of the three ideas are on: `exchange`, `select`, `fourier_weight`."""

    time: wavegan.Config = wavegan.Config()
    fourier: residual.Config = (
        residual.Config()
    )  # its halvings are the discriminator's; the generator goes by time's stages
    hop: Literal[16, 32, 64, 128, 256] = 64  # samples from one frame of the Fourier view to the next, a quarter of one
    exchange: bool = True  # at every stage each generator hears the other's features
    select: bool = True  # only the generator that its discriminator tells apart better is taught in a round
    fourier_weight: Annotated[float, Field(ge=0)] = 10.0  # of the disagreement of the views in the loss; 0: off
    heard: Literal["time", "both"] = "both"  # the clip: the time view's, or with the magnitudes of the Fourier view


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Build on a (samples,) waveform that both views can cut into whole steps."""
    step = lcm(wavegan.STRIDE**config.time.quarterings, config.hop * residual.STRIDE * 2**config.fourier.halvings)
    if len(shape) != 1 or shape[0] % step:
        raise InputError(
            f"dual cannot take clips of shape {shape}; it needs (samples,), a multiple of {step}. Choose the waveform "
            "representation, not a spectrogram, or change prepare.samples, or in options.dual hop, time.quarterings or "
            "fourier.halvings."
        )
    generators = _generators(config, shape, noise, labels)
    frames = (shape[0] // config.hop, 2 * config.hop)
    discriminators = (
        wavegan.discriminator(config.time, shape, labels, "time_discriminator"),
        residual.discriminator(config.fourier, frames, labels, "fourier_discriminator"),
    )
    transform = Fourier(config.hop, dtype="float32")
    clip, label = keras.Input(shape, name="clip"), label_input(labels)
    scores = [
        discriminator(inputs(seen, label))
        for discriminator, seen in zip(discriminators, (clip, transform(clip)), strict=True)
    ]
    discriminator = keras.Model(inputs(clip, label), keras.layers.Add(dtype="float32")(scores), name="discriminator")
    views = Views(generators, discriminators, transform, config.select, config.fourier_weight)
    return Networks(_heard(config, generators), discriminator, views)


def _generators(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    """Noise -> [clip (batch, samples), its Fourier view (batch, frames, bins)]; weights are named after their view."""
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    steps, most = shape[0] // wavegan.STRIDE**config.time.quarterings, shape[0] // config.hop // residual.STRIDE
    with keras.name_scope("time"):
        width = config.time.channels << (config.time.quarterings - 1)
        clip = keras.layers.Dense(steps * width)(condition_noise(first, label, labels))
        clip = keras.layers.ReLU()(keras.layers.Reshape((steps, width))(clip))
    with keras.name_scope("fourier"):
        style, view = residual.start(condition_noise(first, label, labels), min(steps, most), config.fourier)
    for level in reversed(range(config.time.quarterings)):
        if config.exchange:
            clip, view = _told(clip, view, "time"), _told(view, clip, "fourier")
        with keras.name_scope("fourier"):
            view = residual.block(view, config.fourier, style)
            steps *= wavegan.STRIDE
            view = (
                _at(view, min(steps, most)) if level else residual.spectrum(view, style, 2 * config.hop, config.fourier)
            )
        with keras.name_scope("time"):
            if level:
                clip = keras.layers.ReLU()(wavegan.up(clip, config.time.channels << (level - 1), config.time))
            else:
                clip = wavegan.sound(clip, config.time)
    return keras.Model(inputs(first, label), [clip, view], name="generators")


def _told(own: Any, other: Any, name: str) -> Any:
    """Add what a generator makes of the other's features to its own: (batch, steps, channels) -> the same."""
    with keras.name_scope(name):
        heard = keras.layers.Conv1D(own.shape[-1], 1)(_at(other, own.shape[1]))
        return keras.layers.Add()([own, heard])


def _at(features: Any, steps: int) -> Any:
    """Average or repeat (batch, time, channels) to have `steps` steps."""
    if features.shape[1] > steps:
        return keras.layers.AveragePooling1D(features.shape[1] // steps)(features)
    return keras.layers.UpSampling1D(steps // features.shape[1])(features)


def _heard(config: Config, generators: Any) -> Any:
    """The one generator of the two that is kept: noise -> clip."""
    clip, view = generators.outputs
    return keras.Model(
        generators.input,
        clip if config.heard == "time" else Fused(config.hop, dtype="float32")([clip, view]),
        name="generator",
    )
