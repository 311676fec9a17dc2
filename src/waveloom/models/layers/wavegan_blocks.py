"""Strided one-dimensional convolutions on the waveform: Donahue, McAuley and Puckette, 2019 ("WaveGAN").

`wavegan` and `dual` are built of these blocks. Arrays are (batch, time, channels).
"""

from typing import Annotated, Any, Literal

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import condition_noise

STRIDE = 4


@checked_dataclass
class WaveganConfig:
    """`channels` are those nearest the waveform, doubled at each of the `quarterings` of time; the paper has 64."""

    channels: Annotated[int, Field(gt=0)] = 16
    kernel: Annotated[int, Field(ge=STRIDE)] = 25  # samples
    quarterings: Annotated[int, Field(ge=1, le=8)] = 5

    @property
    def step(self) -> int:
        """The number of samples must be a multiple of this."""
        return int(STRIDE**self.quarterings)


@checked_dataclass
class WaveganGeneratorConfig(WaveganConfig):
    """The convolutions of the generator, and how they increase the time resolution."""

    upsampling: Literal["transposed", "nearest"] = (
        "transposed"  # nearest, then a convolution: no checkerboard artefacts
    )
    filter: Annotated[int, Field(ge=0)] = 0  # samples of a learned filter on the output (the paper's 512); 0: none


def start(
    noise: Any, label: Any | None, labels: int, samples: int, config: WaveganGeneratorConfig, prefix: str = ""
) -> Any:
    """Map noise and label to the first features (batch, samples / 4^quarterings, channels)."""
    steps, width = samples // config.step, config.channels << (config.quarterings - 1)
    first = keras.layers.Dense(steps * width, name=f"{prefix}start")
    x = first(condition_noise(noise, label, labels, f"{prefix}label_embedding"))
    return keras.layers.ReLU()(keras.layers.Reshape((steps, width))(x))


def upsample(x: Any, channels: int, config: WaveganGeneratorConfig, name: str, dtype: str | None = None) -> Any:
    """Quadruple the time steps: (batch, t, c) -> (batch, 4 t, channels)."""
    if config.upsampling == "transposed":
        options = {"strides": STRIDE, "padding": "same", "dtype": dtype, "name": name}
        return keras.layers.Conv1DTranspose(channels, config.kernel, **options)(x)
    x = keras.layers.UpSampling1D(STRIDE)(x)
    return keras.layers.Conv1D(channels, config.kernel, padding="same", dtype=dtype, name=name)(x)


def waveform_output(x: Any, config: WaveganGeneratorConfig, prefix: str = "") -> Any:
    """Map features to clips in [-1, 1]: (batch, samples / 4, channels) -> (batch, samples), float32."""
    x = upsample(x, 1, config, f"{prefix}output", "float32")  # (batch, samples, 1)
    if config.filter:
        x = keras.layers.Conv1D(
            1, config.filter, padding="same", use_bias=False, dtype="float32", name=f"{prefix}output_filter"
        )(x)
    x = keras.layers.Activation("tanh", dtype="float32")(x)
    return keras.layers.Reshape(x.shape[1:2], dtype="float32")(x)
