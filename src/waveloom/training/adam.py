"""Adam (Kingma and Ba, 2015) as TensorFlow's one fused kernel: a fraction of the memory traffic of Keras's own."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from waveloom.models.recipe import Optimiser
from waveloom.training import replicas

EPSILON = 1e-7


class Adam:
    """Adam over `variables` (Keras variables, float32); its whole state is in `slots`."""

    def __init__(self, variables: Sequence[Any], rate: float, optimiser: Optimiser) -> None:
        self.rate, self.beta_1, self.beta_2 = rate, optimiser.beta_1, optimiser.beta_2
        self.variables, self.targets = list(variables), [v.value for v in variables]
        self.shares = [1.0] * len(self.targets)  # of the rate, a variable
        self.count = tf.Variable(0, dtype=tf.int64)
        self.means = [tf.Variable(tf.zeros_like(v)) for v in self.targets]
        self.squares = [tf.Variable(tf.zeros_like(v)) for v in self.targets]

    @property
    def slots(self) -> list[Any]:
        """The step count, then first and second moments, in the order of the variables."""
        return [self.count, *self.means, *self.squares]

    def apply(self, gradients: Sequence[Any], pace: Any = 1.0) -> None:
        """Move every variable against its mean gradient at `pace` times the rate; end of section 2 of the paper."""
        count = tf.cast(self.count.assign_add(1), tf.float32)
        slots = zip(self.targets, self.means, self.squares, self.shares, replicas.mean(gradients), strict=True)
        for variable, mean, square, share, gradient in slots:
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=tf.pow(self.beta_1, count),
                beta2_power=tf.pow(self.beta_2, count),
                lr=self.rate * share * pace,
                beta1=self.beta_1,
                beta2=self.beta_2,
                epsilon=EPSILON,
                grad=gradient,
            )
