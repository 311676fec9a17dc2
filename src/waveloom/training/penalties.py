"""What keeps a discriminator's slopes in bounds: gradient penalties, exact or by finite differences.

Each takes `ask`, which gives the discriminator's logits (batch, 1) of clips (batch, *shape), and gives a scalar.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from waveloom.models.recipe import Penalty
from waveloom.training.replicas import drawn

Ask = Callable[[Any], Any]


def penalise(ask: Ask, real: Any, fake: Any, rule: Penalty, seed: Any) -> Any:
    """Weigh the penalty that `rule` names; `seed` (2,) decides all that is random in it."""
    if rule.kind == "wgan_gp":
        return rule.weight * mixture_slope(ask, real, fake, seed)
    squares = square_slopes(ask, real, rule.difference, seed)
    if rule.kind == "r1_r2":
        squares += square_slopes(ask, fake, rule.difference, seed + 1)
    return rule.weight / 2 * squares


def mixture_slope(ask: Ask, real: Any, fake: Any, seed: Any) -> Any:
    """How far slopes between real and fake are from 1: Gulrajani et al. (2017), "WGAN-GP", equation 3."""
    share = drawn(tf.random.stateless_uniform, per_clip(real), seed)
    slopes = tf.sqrt(square_norms(gradients(ask, real + share * (fake - real))) + 1e-12)
    return tf.reduce_mean((slopes - 1) ** 2)


def square_slopes(ask: Ask, clips: Any, difference: float, seed: Any) -> Any:
    """Mean squared slope at `clips`: R1 on real ones, R2 on fake ones (Mescheder et al., 2018, equation 9).

    With a `difference` it is estimated without a second derivative: along a random direction u of unit variance
    ((D(x + difference u) - D(x)) / difference)^2 has, for small differences, the squared slope as its mean. Both terms
    use one random state: with different dropout masks or shifts, their difference would not vanish with the step.
    """
    if not difference:
        return tf.reduce_mean(square_norms(gradients(ask, clips)))
    nearby = clips + difference * drawn(tf.random.stateless_normal, tf.shape(clips), seed)
    on_nearby, on_clips = from_one_state(ask, nearby, clips)
    return tf.reduce_mean(((on_nearby - on_clips) / difference) ** 2)


class _Recorded(keras.StatelessScope):
    """Within it calls change no Keras variable; `updates` are the last values that they would have assigned."""

    def __init__(self) -> None:
        super().__init__(initialize_variables=False)
        self.updates: dict[int, tuple[Any, Any]] = {}

    def add_update(self, update: tuple[Any, Any]) -> None:
        """Take the variable and its value that a call assigns."""
        super().add_update(update)
        self.updates[id(update[0])] = update


def from_one_state(ask: Ask, *batches: Any) -> list[Any]:
    """Call `ask` on each batch with the same random numbers; afterwards the state is that after the last call alone.

    Random numbers must come from seeds that Keras keeps (`keras.random.SeedGenerator`), as those of its own layers do.
    """
    logits = []
    for clips in batches:
        with _Recorded() as scope:
            logits.append(ask(clips))
    for variable, value in scope.updates.values():
        variable.assign(value)
    return logits


def gradients(ask: Ask, clips: Any) -> Any:
    """The slope of each clip's own logit: (batch, *shape)."""
    with tf.GradientTape() as tape:
        tape.watch(clips)
        logits = ask(clips)
    return tape.gradient(logits, clips)


def square_norms(rows: Any) -> Any:
    """Squared Euclidean length of each row: (batch, *shape) -> (batch,)."""
    return tf.reduce_sum(rows**2, axis=range(1, len(rows.shape)))


def per_clip(clips: Any) -> Any:
    """The shape of one number a clip, broadcast over it: (batch, 1, ...)."""
    return tf.concat([tf.shape(clips)[:1], tf.ones(len(clips.shape) - 1, tf.int32)], 0)
