"""Sounds blended from stored training sounds, and refined by residual convolutions that are trained adversarially.

The name: like a loom weaves threads, the generator blends stored spectrograms (`layers/stored_spectrograms.py`), which
are real except at the transitions. What is wrong there, such as partials that do not meet, the convolutions correct; at
first they change next to nothing.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import keras
import numpy as np
from keras import ops
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers import stored_paths, stored_spectrograms, storing_spectrograms
from waveloom.models.layers.conditioning import condition_noise, generator_inputs, model_inputs
from waveloom.models.layers.residual_blocks import (
    STRIDE,
    ResidualConfig,
    convolution,
    dense,
    flatten_frames,
    leaky_relu,
    modulate,
    residual_block,
    upsample_to_frames,
)
from waveloom.models.layers.stored_spectrograms import StoredSpectrograms
from waveloom.models.networks import EncodedClips, Inputs


@checked_dataclass
class Refinement(ResidualConfig):
    """The convolutions that correct the blend."""

    blocks: Annotated[int, Field(ge=1, le=6)] = 2  # residual blocks, at a quarter of the frame rate


@checked_dataclass
class Config:
    """What is stored and how it is blended, and the convolutions after it."""

    stored: stored_spectrograms.Config = stored_spectrograms.Config()
    refinement: Refinement = Refinement()


def build(config: Config, shape: tuple[int, ...], inputs: Inputs) -> keras.Model:
    """Build for (frames, bins) or (frames, bins, parts), frames a multiple of 4; nothing is stored yet."""
    if len(shape) not in (2, 3) or shape[0] % STRIDE:
        raise InputError(
            f"The generator loom cannot make clips of shape {shape}; it needs (frames, bins), frames a multiple of "
            f"{STRIDE}. Choose the spectrogram or stereo representation, or change its hop or prepare.samples."
        )
    if inputs.noise < config.stored.noise:
        raise InputError(
            f"The recipe's noise is {inputs.noise} numbers, but the generator loom needs {config.stored.noise}: raise "
            "noise, or lower options.generators.loom.stored.neighbours or knots."
        )
    noise, label = generator_inputs(inputs)
    stored = StoredSpectrograms(config.stored, shape, inputs.labels, name="stored_spectrograms")
    blend = stored(*([noise] if label is None else [noise, label]))
    change = _refine(flatten_frames(blend), condition_noise(noise, label, inputs.labels), config.refinement)
    level = keras.layers.Rescaling(1, 1, dtype="float32")(blend if len(shape) == 2 else blend[..., :1])
    change = keras.layers.Reshape(shape, dtype="float32")(change)
    change = keras.layers.Multiply(dtype="float32")([change, level])  # what is silent, at -1, stays silent
    sound = ClipValues(dtype="float32")(keras.layers.Add(dtype="float32")([blend, change]))
    return keras.Model(model_inputs(noise, label), sound, name="generator")


def store_training_sounds(generator: keras.Model, clips: EncodedClips, groups: np.ndarray, seed: int) -> np.ndarray:
    """Store some of the training clips, whose recordings are of `groups` (n,); return their rows."""
    layer = _stored(generator)
    if layer is None:
        raise InputError(
            "The generator loom stores sounds by label, so label_as one_hot is not possible; leave it out."
        )
    labels = clips.labels if layer.labels else np.zeros_like(clips.labels)
    rows = storing_spectrograms.choose(labels, layer.positions, seed)
    return rows[storing_spectrograms.store(layer, clips.read(rows), labels[rows], groups[rows])]


def noise_path(
    generator: keras.Model, noises: Iterator[np.ndarray], label: int, among: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Turn latent vectors into a path over the stored sounds of a label (`layers/stored_paths.py`)."""
    layer = _stored(generator)
    assert layer is not None  # or it could not have been trained
    return stored_paths.path(layer, noises, label if layer.labels else 0, among)


def _stored(generator: keras.Model) -> StoredSpectrograms | None:
    return next((layer for layer in generator.layers if isinstance(layer, StoredSpectrograms)), None)


def _refine(blend: Any, noise: Any, config: Refinement) -> Any:
    """What is added to a spectrogram (batch, frames, bins): next to nothing before training."""
    style = leaky_relu(dense(config.style, "style")(noise), config)
    fine = convolution(config.width, 1, "input_conv")(blend)  # (batch, frames, width)
    x = convolution(config.width, STRIDE, "strided_conv", strides=STRIDE)(leaky_relu(fine, config))
    for number in range(config.blocks):  # (batch, frames / 4, width)
        x = residual_block(x, config, f"block_{number}", style)
    x = keras.layers.Add()([upsample_to_frames(x), fine])  # (batch, frames, width)
    last = convolution(config.width, config.kernel, "last_conv")
    x = last(leaky_relu(modulate(x, style, "last_modulation"), config))
    small = keras.initializers.RandomNormal(stddev=1e-4)
    output = keras.layers.Conv1D(blend.shape[-1], 1, kernel_initializer=small, dtype="float32", name="output")
    return output(leaky_relu(x, config))


class ClipValues(keras.layers.Layer):
    """Clip values to [-1, 1], with the gradient of the identity (straight-through estimator)."""

    def call(self, x: Any) -> Any:
        """Clip."""
        return ops.stop_gradient(ops.clip(x, -1, 1)) + (x - ops.stop_gradient(x))  # x - x is 0, but has a gradient
