"""What the generator and the discriminator after Karras et al., 2019 and 2020 ("StyleGAN"), have in common."""

from typing import Annotated

from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError


@checked_dataclass
class StyleganConfig:
    """`widths` are the channels of each stage, from the coarsest on; each has twice the frames of the one before."""

    widths: Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(min_length=2, max_length=8)] = (256, 256, 192, 128)
    kernel: Annotated[int, Field(ge=1)] = 3  # frames
    style: Annotated[int, Field(gt=0)] = 256  # length of the style vector, or of the discriminator's last features
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2  # of the leaky ReLU

    def check_shape(self, shape: tuple[int, ...], network: str) -> None:
        """Raise an InputError unless `shape` is (frames, bins) with frames that can be halved between the stages."""
        step = 2 ** (len(self.widths) - 1)
        if len(shape) != 2 or shape[0] % step:
            raise InputError(
                f"The {network} stylegan cannot have clips of shape {shape}; it needs (frames, bins), frames a "
                f"multiple "
                f"of {step}. Choose the spectrogram or mel representation, or change its hop, prepare.samples or "
                f"options.{network}s.stylegan.widths."
            )
