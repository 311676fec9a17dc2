"""Gradient penalties on the discriminator: exact, or by finite differences.

Each function takes `logits_of`, which returns the discriminator's logits (batch, 1), or (batch, ...) of patches, of
clips (batch, *shape), and returns a scalar.
"""

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

import keras
import tensorflow as tf

from waveloom.models.recipe import Penalty
from waveloom.training.replicas import drawn

LogitsOf = Callable[[Any], Any]


def gradient_penalty(logits_of: LogitsOf, real: Any, fake: Any, config: Penalty, seed: Any) -> Any:
    """The weighted penalty of `config.kind`; `seed` (2,) determines its random numbers."""
    if config.kind == "wgan_gp":
        return config.weight * interpolated_penalty(logits_of, real, fake, seed)
    squares = squared_gradients(logits_of, real, config.difference, seed)
    if config.kind == "r1_r2":
        squares += squared_gradients(logits_of, fake, config.difference, seed + 1)
    return config.weight / 2 * squares


def interpolated_penalty(logits_of: LogitsOf, real: Any, fake: Any, seed: Any) -> Any:
    """Mean of (|gradient| - 1)^2 between real and fake clips: Gulrajani et al. (2017), "WGAN-GP", equation 3."""
    weights = drawn(tf.random.stateless_uniform, per_clip(real), seed)
    norms = tf.sqrt(square_norms(gradients(logits_of, real + weights * (fake - real))) + 1e-12)
    return tf.reduce_mean((norms - 1) ** 2)


def squared_gradients(logits_of: LogitsOf, clips: Any, difference: float, seed: Any) -> Any:
    """Mean squared gradient at `clips`: R1 on real clips, R2 on fake ones (Mescheder et al., 2018, equation 9).

    With a `difference` it is estimated without a second derivative: along a random direction u of unit variance
    ((D(x + difference u) - D(x)) / difference)^2 has the squared gradient as its mean, for small differences. Both
    terms use one random state: with different dropout masks, their difference would not vanish with the step.
    """
    if not difference:
        return tf.reduce_mean(square_norms(gradients(lambda clips: _one_per_clip(logits_of(clips)), clips)))
    nearby = clips + difference * drawn(tf.random.stateless_normal, tf.shape(clips), seed)
    nearby_logits, logits = from_one_state(logits_of, nearby, clips)
    return tf.reduce_mean(((nearby_logits - logits) / difference) ** 2)


class _RecordedUpdates(keras.StatelessScope):
    """A scope in which Keras variables do not change; `updates` holds the last value assigned to each."""

    def __init__(self) -> None:
        super().__init__(initialize_variables=False)
        self.updates: dict[int, tuple[Any, Any]] = {}

    def add_update(self, update: tuple[Any, Any]) -> None:
        """Record a variable and its new value."""
        super().add_update(update)
        self.updates[id(update[0])] = update


def from_one_state(logits_of: LogitsOf, *batches: Any) -> list[Any]:
    """Call `logits_of` on each batch with the same random numbers; variables keep the values after the last call.

    Random numbers must come from seeds that Keras manages (`keras.random.SeedGenerator`), as in Keras's own layers.
    """
    logits = []
    for clips in batches:
        with _RecordedUpdates() as scope:
            logits.append(logits_of(clips))
    for variable, value in scope.updates.values():
        variable.assign(value)
    return logits


def _one_per_clip(logits: Any) -> Any:
    """Logits of patches (batch, ...) as one value per clip, whose squared gradient is the mean of their own.

    That holds for patches that do not overlap; without patches, the logit itself.
    """
    return tf.reduce_sum(tf.reshape(logits, [tf.shape(logits)[0], -1]), 1) / sqrt(prod(logits.shape[1:]))


def gradients(logits_of: LogitsOf, clips: Any) -> Any:
    """The gradient of each clip's logit with respect to the clip: (batch, *shape)."""
    with tf.GradientTape() as tape:
        tape.watch(clips)
        logits = logits_of(clips)
    return tape.gradient(logits, clips)


def square_norms(rows: Any) -> Any:
    """Squared Euclidean norm of each row: (batch, *shape) -> (batch,)."""
    return tf.reduce_sum(rows**2, axis=range(1, len(rows.shape)))


def per_clip(clips: Any) -> Any:
    """The shape (batch, 1, ...) of one number per clip that broadcasts over the clip."""
    return tf.concat([tf.shape(clips)[:1], tf.ones(len(clips.shape) - 1, tf.int32)], 0)
