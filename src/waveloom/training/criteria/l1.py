"""L1 distance."""

from typing import Any

import tensorflow as tf


def loss(target: Any, generated: Any) -> Any:
    """Mean absolute difference of (batch, ...) tensors."""
    return tf.reduce_mean(tf.abs(target - generated))
