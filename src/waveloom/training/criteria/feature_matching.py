"""Feature matching (Salimans et al., 2016, section 3.1)."""

from typing import Any

import tensorflow as tf

from waveloom.training import replicas


def loss(target: Any, generated: Any) -> Any:
    """Squared Euclidean distance of the mean features (batch, width) of real and of generated clips."""
    (difference,) = replicas.mean([tf.reduce_mean(target, 0) - tf.reduce_mean(generated, 0)])
    return tf.reduce_sum(difference**2)
