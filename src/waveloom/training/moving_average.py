"""A moving average of weights, in one pass over memory: TensorFlow's own operations would take three."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from waveloom.models.networks import is_float


@tf.function(jit_compile=True, autograph=False)
def follow(slow: Any, fast: Any, share: Any) -> None:
    """Draw variable `slow` nearer to `fast`: slow + share (fast - slow), in place."""
    slow.assign_add(share * (fast - slow))


def follow_all(slow: Sequence[Any], fast: Sequence[Any], share: Any) -> None:
    """Draw each of the Keras variables `slow` nearer to its counterpart in `fast` by a scalar `share`, 0 to 1.

    Whole numbers stay as they are, since none learns.

    Replicas do it uncompiled: what XLA compiled for one replica's copy of a variable is not for the others'.
    """
    alone = tf.distribute.get_replica_context().num_replicas_in_sync == 1
    draw = follow if alone else follow.python_function
    for one, other in zip(slow, fast, strict=True):
        if is_float(one):
            draw(one.value, other.value, share)
