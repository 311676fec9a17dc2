"""Sounds woven from those remembered, and a network that learns, from a discriminator, to make them whole.

The generator begins with a cloth of training sounds (`_memory`), which are real but at their seams. What is wrong
there, partials that do not meet, envelopes that break, residual convolutions over time mend; at first hardly at all.
"""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.generators import Networks, residual
from waveloom.models.layers import stored_paths as _walk
from waveloom.models.layers import stored_spectrograms as _memory
from waveloom.models.layers import storing as _remember
from waveloom.models.layers.conditioning import condition_noise, inputs, label_input
from waveloom.models.layers.stored_spectrograms import Memory


@checked_dataclass
class Config:
    """What is remembered, and the convolutions that mend and that judge."""

    memory: _memory.Config = _memory.Config()
    convolutions: residual.Config = residual.Config()


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Build on spectrograms, also in stereo, as `residual` takes them; nothing is remembered until `remember`."""
    discriminator = residual.build(config.convolutions, shape, noise, labels).discriminator
    if noise < config.memory.noise:
        raise InputError(
            f"The recipe's noise is {noise} numbers, but loom's memory takes {config.memory.noise}: raise noise, or "
            "lower options.loom.memory.neighbours or knots."
        )
    return Networks(_generator(config, shape, noise, labels), discriminator)


def remember(generator: Any, clips: Any, groups: np.ndarray, seed: int) -> np.ndarray:
    """Fill the generator's memory from training clips (`training.batches.Encoded`) of `groups` (n,); gives which."""
    memories = [layer for layer in generator.layers if isinstance(layer, Memory)]
    if not memories:
        raise InputError("loom remembers sounds by label, so label_as one_hot cannot be had with it; leave it out.")
    (memory,) = memories
    labels = clips.labels if memory.labels else np.zeros_like(clips.labels)
    rows = _remember.choose(labels, memory.places, seed)
    return rows[_remember.remember(memory, clips.read(rows), labels[rows], groups[rows])]


def path(
    generator: Any, noises: Iterator[np.ndarray], label: int, among: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Walk over the remembered sounds of a label, from each to the most alike of some others that the noise names.

    With `among` only over those at these places.
    """
    memory = next(layer for layer in generator.layers if isinstance(layer, Memory))
    return _walk.walk(memory, noises, label if memory.labels else 0, among)


def _generator(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    woven = Memory(config.memory, shape, labels, name="memory")(*([first] if label is None else [first, label]))
    mended = _mend(residual.flat(woven), condition_noise(first, label, labels), config.convolutions)
    loud = keras.layers.Rescaling(1, 1, dtype="float32")(woven if len(shape) == 2 else woven[..., :1])
    mended = keras.layers.Reshape(shape, dtype="float32")(mended)
    mended = keras.layers.Multiply(dtype="float32")([mended, loud])  # what is silent, at -1, stays so
    sound = Held(dtype="float32")(keras.layers.Add(dtype="float32")([woven, mended]))
    return keras.Model(inputs(first, label), sound, name="generator")


def _mend(woven: Any, noise: Any, config: residual.Config) -> Any:
    """What is to be added to a spectrogram (batch, frames, bins): next to nothing before it has learned."""
    style = residual.leaky(residual.dense(config.style)(noise), config)
    fine = residual.convolve(config.width, 1)(woven)  # (batch, frames, width)
    x = residual.convolve(config.width, residual.STRIDE, residual.STRIDE)(residual.leaky(fine, config))
    for _ in range(config.halvings):  # (batch, frames / 4, width)
        x = residual.block(x, config, style)
    x = keras.layers.Add()([residual.spread(x), fine])  # (batch, frames, width)
    x = residual.convolve(config.width, config.kernel)(residual.leaky(residual.steer(x, style), config))
    faint = keras.initializers.RandomNormal(stddev=1e-4)
    last = keras.layers.Conv1D(woven.shape[-1], 1, kernel_initializer=faint, dtype="float32")
    return last(residual.leaky(x, config))


class Held(keras.layers.Layer):
    """Keep values within [-1, 1], and let gradients pass as if they were not kept."""

    def call(self, x: Any) -> Any:
        """Hold."""
        return ops.stop_gradient(ops.clip(x, -1, 1)) + (x - ops.stop_gradient(x))  # x - x is 0, but has a gradient
