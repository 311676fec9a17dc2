"""How often to augment, found while training.

Karras et al., 2020, "Training generative adversarial networks with limited data" ("ADA"), section 3.1. A
discriminator that calls nearly every real clip real has learned them by heart, and is shown more of them changed.
"""

from typing import Any

import tensorflow as tf

from waveloom.models.recipe import Augment
from waveloom.training.replicas import gathered


class Chance:
    """The probability of each augmentation: a number that stays, or a variable that follows the discriminator."""

    def __init__(self, rule: Augment) -> None:
        self.rule, self.adaptive = rule, rule.probability == "adaptive"
        self.value: Any = tf.Variable(0.0) if self.adaptive else rule.probability

    @property
    def variables(self) -> list[Any]:
        """What changes as the game goes on."""
        return [self.value] if self.adaptive else []

    def follow(self, real_logits: Any) -> None:
        """Take note of what the discriminator thought of real clips, logits (batch, 1)."""
        if self.adaptive:
            self.value.assign(followed(self.value, gathered(real_logits), self.rule.target, self.rule.span))

    def said(self) -> dict[str, Any]:
        """What to report of a round: nothing if it stays the same."""
        return {"augment_probability": tf.identity(self.value)} if self.adaptive else {}


def followed(probability: Any, real_logits: Any, target: float, span: int) -> Any:
    """Raise `probability` if r_t, the mean sign of the logits (-1 to 1), is above `target`, else lower it.

    By a step that would take it from 0 to 1 in `span` clips. r_t is the heuristic of the paper's equation 1.
    """
    heard = tf.reduce_mean(tf.sign(real_logits))
    step = tf.cast(tf.shape(real_logits)[0], tf.float32) / span
    return tf.clip_by_value(probability + step * tf.sign(heard - target), 0.0, 1.0)
