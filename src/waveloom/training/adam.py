"""Adam (Kingma and Ba, 2015) as TensorFlow's fused kernel, with a fraction of the memory traffic of Keras's Adam."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from waveloom.models.recipe import Optimiser
from waveloom.training import replicas

EPSILON = 1e-7


class Adam:
    """Adam for `variables` (Keras variables, float32) at the learning rate `rate`; `slots` holds its state.

    `rate_shares` are factors of the learning rate, one per variable.
    """

    def __init__(self, variables: Sequence[Any], rate: float, config: Optimiser) -> None:
        self.rate, self.beta_1, self.beta_2 = rate, config.beta_1, config.beta_2
        self.variables, self.targets = list(variables), [v.value for v in variables]
        self.rate_shares = [1.0] * len(self.targets)
        self.count = tf.Variable(0, dtype=tf.int64)
        self.means = [tf.Variable(tf.zeros_like(v)) for v in self.targets]
        self.squares = [tf.Variable(tf.zeros_like(v)) for v in self.targets]

    @property
    def slots(self) -> list[Any]:
        """The step count, then first and second moments in the order of the variables."""
        return [self.count, *self.means, *self.squares]

    def apply(self, gradients: Sequence[Any], rate_factor: Any = 1.0) -> None:
        """Update every variable by its mean gradient over the replicas, as at the end of section 2 of the paper."""
        count = tf.cast(self.count.assign_add(1), tf.float32)
        slots = zip(self.targets, self.means, self.squares, self.rate_shares, replicas.mean(gradients), strict=True)
        for variable, mean, square, share, gradient in slots:
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=tf.pow(self.beta_1, count),
                beta2_power=tf.pow(self.beta_2, count),
                lr=self.rate * share * rate_factor,
                beta1=self.beta_1,
                beta2=self.beta_2,
                epsilon=EPSILON,
                grad=gradient,
            )
