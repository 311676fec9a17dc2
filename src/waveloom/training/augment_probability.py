"""The probability of augmentation: constant, or adapted during training.

Adaptive discriminator augmentation (Karras et al., 2020, "Training generative adversarial networks with limited data",
section 3.1): a discriminator that classifies nearly every real clip as real overfits, and the probability is raised.
"""

from typing import Any

import tensorflow as tf

from waveloom.models.recipe import Augment
from waveloom.training.replicas import gathered


class AugmentProbability:
    """Probability of each kind of augmentation; `value` is a number, or a variable if it is `adaptive`."""

    def __init__(self, config: Augment) -> None:
        self.config, self.adaptive = config, config.probability == "adaptive"
        self.value: Any = tf.Variable(0.0) if self.adaptive else config.probability

    @property
    def variables(self) -> list[Any]:
        """The variables that a checkpoint stores."""
        return [self.value] if self.adaptive else []

    def update(self, real_logits: Any) -> None:
        """Adapt the probability to the discriminator's logits of real clips (batch, 1)."""
        if self.adaptive:
            logits = gathered(real_logits)
            self.value.assign(adapted(self.value, logits, self.config.target, self.config.span))

    def metrics(self) -> dict[str, Any]:
        """The probability to log for a step; empty if it is constant."""
        return {"augment_probability": tf.identity(self.value)} if self.adaptive else {}


def adapted(probability: Any, real_logits: Any, target: float, span: int) -> Any:
    """Raise `probability` if r_t, the mean sign of the logits (-1 to 1), is above `target`, else lower it.

    Each clip changes it by 1 / `span`, within 0 and 1. r_t is the heuristic of equation 1.
    """
    mean_sign = tf.reduce_mean(tf.sign(real_logits))
    step = tf.cast(tf.shape(real_logits)[0], tf.float32) / span
    return tf.clip_by_value(probability + step * tf.sign(mean_sign - target), 0.0, 1.0)
