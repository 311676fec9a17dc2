"""What the generator and the discriminator after Engel et al., 2019 ("GANSynth"), have in common.

The networks are those of Karras et al., 2018 ("Progressive growing"), with all sizes trained from the first step.
"""

from typing import Annotated, Any

from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.equalised import Convolution, leaky_relu, pixel_norm


@checked_dataclass
class GansynthConfig:
    """`channels` are those nearest the spectrogram, doubled at each of the `halvings` up to `max_channels`.

    The paper has 32 to 256, and two convolutions per size.
    """

    channels: Annotated[int, Field(gt=0)] = 8
    max_channels: Annotated[int, Field(gt=0)] = 64
    halvings: Annotated[int, Field(ge=1, le=7)] = 4
    convolutions: Annotated[int, Field(ge=1)] = 1  # at each size
    kernel: Annotated[int, Field(ge=1)] = 3  # frames, and bins
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2  # of the leaky ReLU

    def width(self, level: int) -> int:
        """Channels after `level` halvings."""
        return min(self.channels << level, self.max_channels)

    def check_shape(self, shape: tuple[int, ...], network: str) -> None:
        """Raise an InputError unless `shape` is (frames, bins) or (frames, bins, 2) and can be halved so often."""
        step = 2**self.halvings
        if len(shape) not in (2, 3) or any(side % step for side in shape[:2]):
            raise InputError(
                f"The {network} gansynth cannot have clips of shape {shape}; it needs (frames, bins) or (frames, bins, "
                f"2), frames and bins multiples of {step}. Choose the instantaneous_frequency or spectrogram "
                f"representation, or change its hop, n_fft or bands, or options.{network}s.gansynth.halvings."
            )


def convolutions(x: Any, width: int, config: GansynthConfig, name: str, normalise: bool = True) -> Any:
    """Convolve at one size, each time with leaky ReLU and pixel norm: (batch, f, b, n) -> (batch, f, b, width)."""
    for number in range(config.convolutions):
        convolution = Convolution(width, (config.kernel, config.kernel), name=f"{name}_conv_{number}")
        x = leaky_relu(convolution(x), config.slope)
        x = pixel_norm(x) if normalise else x
    return x
