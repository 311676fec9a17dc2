"""One-dimensional strided convolutions on the waveform: Donahue, McAuley and Puckette, 2019 ("WaveGAN")."""

from typing import Annotated, Any, Literal

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.generators import Networks
from waveloom.models.layers.conditioning import condition_noise, inputs, judge, label_input
from waveloom.models.layers.phase_shuffle import PhaseShuffle

STRIDE = 4


@checked_dataclass
class Config:
    """`channels` are those nearest the waveform, doubled at each of the `quarterings` of time; the paper has 64."""

    channels: Annotated[int, Field(gt=0)] = 16
    kernel: Annotated[int, Field(ge=STRIDE)] = 25  # samples
    quarterings: Annotated[int, Field(ge=1, le=8)] = 5
    upsampling: Literal["transposed", "nearest"] = "transposed"  # nearest, then a convolution: no checkerboard hum
    shuffle: Annotated[int, Field(ge=0)] = (
        2  # samples by which the discriminator's layers are shifted at random, at most
    )
    filter: Annotated[int, Field(ge=0)] = 0  # samples of a learned filter on the output (the paper's 512); 0: none
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Build on a (samples,) waveform that can be quartered `quarterings` times; no batch normalisation."""
    step = STRIDE**config.quarterings
    if len(shape) != 1 or shape[0] % step:
        raise InputError(
            f"wavegan cannot take clips of shape {shape}; it needs (samples,), a multiple of {step}. Choose the "
            "waveform representation, not a spectrogram, or change prepare.samples or options.wavegan.quarterings."
        )
    return Networks(_generator(config, shape, noise, labels), discriminator(config, shape, labels))


def _generator(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    frames, width = shape[0] // STRIDE**config.quarterings, config.channels << (config.quarterings - 1)
    x = keras.layers.Dense(frames * width)(condition_noise(first, label, labels))
    x = keras.layers.ReLU()(keras.layers.Reshape((frames, width))(x))  # (batch, samples / 4 ^ quarterings, width)
    for level in reversed(range(config.quarterings - 1)):
        x = keras.layers.ReLU()(up(x, config.channels << level, config))
    return keras.Model(inputs(first, label), sound(x, config), name="generator")


def discriminator(config: Config, shape: tuple[int, ...], labels: int, name: str = "discriminator") -> Any:
    """Judge clips (batch, samples)."""
    first, label = keras.Input(shape, name="clip"), label_input(labels)
    x = keras.layers.Reshape((*shape, 1))(first)  # (batch, samples, 1)
    for level in range(config.quarterings):
        if level:
            x = PhaseShuffle(config.shuffle)(x)
        x = keras.layers.Conv1D(config.channels << level, config.kernel, strides=STRIDE, padding="same")(x)
        x = keras.layers.LeakyReLU(config.slope)(x)  # a quarter of the time steps, twice the channels
    x = keras.layers.Flatten()(x)  # (batch, samples / 4 ^ quarterings * width)
    return keras.Model(inputs(first, label), judge(x, label, labels), name=name)


def sound(x: Any, config: Config) -> Any:
    """The last step, to clips in [-1, 1]: (batch, samples / 4, channels) -> (batch, samples)."""
    x = up(x, 1, config, "float32")  # (batch, samples, 1)
    if config.filter:
        x = keras.layers.Conv1D(1, config.filter, padding="same", use_bias=False, dtype="float32")(x)
    x = keras.layers.Activation("tanh", dtype="float32")(x)
    return keras.layers.Reshape(x.shape[1:2], dtype="float32")(x)


def up(x: Any, channels: int, config: Config, dtype: str | None = None) -> Any:
    """Four times the time steps: (batch, t, c) -> (batch, 4 t, channels)."""
    if config.upsampling == "transposed":
        options = {"strides": STRIDE, "padding": "same", "dtype": dtype}
        return keras.layers.Conv1DTranspose(channels, config.kernel, **options)(x)
    x = keras.layers.UpSampling1D(STRIDE)(x)
    return keras.layers.Conv1D(channels, config.kernel, padding="same", dtype=dtype)(x)
