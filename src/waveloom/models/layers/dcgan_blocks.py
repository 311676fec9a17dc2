"""What the generator and the discriminator after Radford, Metz and Chintala, 2015 ("DCGAN"), have in common."""

from typing import Annotated

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass


@checked_dataclass
class DcganConfig:
    """`channels` are those nearest the spectrogram, doubled at each of the `halvings` of time and frequency."""

    channels: Annotated[int, Field(gt=0)] = 16
    kernel: Annotated[int, Field(ge=2)] = 5  # frames, and bins
    halvings: Annotated[int, Field(ge=1, le=6)] = 4

    @property
    def step(self) -> int:
        """Frames and bins must be multiples of this."""
        return int(2**self.halvings)


def initializer() -> keras.initializers.Initializer:
    """The paper's initial weights: normal, with a standard deviation of 0.02."""
    return keras.initializers.RandomNormal(stddev=0.02)
