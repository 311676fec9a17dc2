"""The multilayer perceptron of the source paper; its last sigmoid is part of the objective `bce`."""

from typing import Annotated

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.conditioning import clip_inputs, model_inputs
from waveloom.models.layers.logits import projection_logits


@checked_dataclass
class Config:
    """Widths from the first layer on. The paper does not give slope and dropout: 0.2 and 0.3 are usual values."""

    widths: tuple[Annotated[int, Field(gt=0)], ...] = (1024, 512, 256)
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2  # of the leaky ReLU
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.3


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build dense layers with leaky ReLU and dropout, for clips of any shape."""
    clip, label = clip_inputs(shape, labels)
    x = keras.layers.Flatten()(clip)  # (batch, prod(shape))
    for number, width in enumerate(config.widths):
        x = keras.layers.Dense(width, name=f"dense_{number}")(x)  # (batch, width)
        x = keras.layers.LeakyReLU(config.slope)(x)
        x = keras.layers.Dropout(config.dropout)(x)
    return keras.Model(model_inputs(clip, label), projection_logits(x, label, labels), name="discriminator")
