"""The inputs of generators and discriminators, and how a generator receives its label."""

from typing import Any

import keras

from waveloom.models.networks import Inputs


def generator_inputs(inputs: Inputs) -> tuple[Any, Any | None]:
    """Create the inputs `noise` (batch, noise) and `label` (batch,) int32, which is None without classes."""
    return keras.Input((inputs.noise,), name="noise"), label_input(inputs.labels)


def clip_inputs(shape: tuple[int, ...], labels: int) -> tuple[Any, Any | None]:
    """Create the inputs `clip` (batch, *shape) and `label` (batch,) int32, which is None without classes."""
    return keras.Input(shape, name="clip"), label_input(labels)


def label_input(labels: int) -> Any | None:
    """Create the input of class indices (batch,) int32, or None without classes."""
    return keras.Input((), dtype="int32", name="label") if labels else None


def model_inputs(first: Any, label: Any | None) -> Any:
    """Return what `keras.Model` receives: the first input alone, or the list of it and the label."""
    return first if label is None else [first, label]


def condition_noise(noise: Any, label: Any | None, labels: int, name: str = "label_embedding") -> Any:
    """Concatenate noise with a learned label embedding of its length: (batch, noise) -> (batch, 2 * noise).

    Without a label the noise is returned unchanged.
    """
    if label is None:
        return noise
    noise_like = keras.initializers.RandomNormal(stddev=1.0)  # a weaker embedding has no effect in early training
    embedding = keras.layers.Embedding(labels, noise.shape[-1], embeddings_initializer=noise_like, name=name)(label)
    return keras.layers.Concatenate()([noise, embedding])  # (batch, 2 * noise)
