"""A logit for each patch of a spectrogram, from the patch and its neighbours (PatchGAN: Isola et al., 2017).

Patches are rows of matrix products. As a patch's place in frequency matters, unlike in a picture, each has a learned
embedding.
"""

from typing import Annotated, Any

import keras
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.conditioning import clip_inputs, model_inputs
from waveloom.models.layers.logits import MatchedFeatures
from waveloom.models.layers.patches import CentredPatches, FrequencyEmbedding, NeighbouringPatches, SplitPatches

PATCHES = True


@checked_dataclass
class Config:
    """Sizes of the patches and of the network."""

    frames: Annotated[int, Field(gt=0)] = 8  # of a patch
    bins: Annotated[int, Field(gt=0)] = 32
    width: Annotated[int, Field(gt=0)] = 96  # channels
    mixings: Annotated[int, Field(ge=1)] = 2  # layers that combine a patch with its neighbours
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2  # of the leaky ReLU


def build(config: Config, shape: tuple[int, ...], labels: int) -> keras.Model:
    """Build for (frames, bins) that patches divide: logits (batch, times, frequencies, 1)."""
    if len(shape) != 2 or shape[0] % config.frames or shape[1] % config.bins:
        raise InputError(
            f"The discriminator patches cannot take clips of shape {shape}; it needs (frames, bins), multiples of "
            f"{config.frames} and {config.bins}. Choose the spectrogram representation, or change "
            "options.discriminators.patches."
        )
    clip, label = clip_inputs(shape, labels)
    patches = CentredPatches(name="centred")(SplitPatches(config.frames, config.bins, name="split")(clip))
    x = keras.layers.Dense(config.width, kernel_initializer="he_normal", name="input")(patches)
    x = FrequencyEmbedding(name="frequency_embedding")(x)  # (batch, times, frequencies, width)
    if label is not None:
        x = keras.layers.Add()([x, _embedding(label, labels, config.width)])
    for mixing in range(config.mixings):
        y = NeighbouringPatches()(keras.layers.LeakyReLU(config.slope)(x))
        y = keras.layers.Dense(config.width, name=f"mixing_{mixing}")(y)
        x = MatchedFeatures(name=f"features_{mixing}")(keras.layers.Add()([x, y]) if mixing else y)
    x = keras.layers.LeakyReLU(config.slope)(x)
    logits = keras.layers.Dense(1, dtype="float32", name="logits")(x)
    return keras.Model(model_inputs(clip, label), logits, name="discriminator")


def _embedding(label: Any, labels: int, width: int) -> Any:
    spread = keras.initializers.RandomNormal(stddev=0.3)
    vector = keras.layers.Embedding(labels, width, spread, name="label_embedding")(label)
    return keras.layers.Reshape((1, 1, width))(vector)
