"""An exponential moving average of weights in one pass over memory; TensorFlow's own operations need three."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from waveloom.models.networks import is_float


@tf.function(jit_compile=True, autograph=False)
def move_towards(average: Any, target: Any, share: Any) -> None:
    """Update a variable in place: average + share (target - average)."""
    average.assign_add(share * (target - average))


def update_averages(averages: Sequence[Any], targets: Sequence[Any], share: Any) -> None:
    """Move each Keras variable of `averages` towards its counterpart in `targets` by `share` (0 to 1).

    Integer variables stay as they are, because they are not trained. Several replicas run it uncompiled: code that XLA
    compiled for one replica's copy of a variable does not work for another copy.
    """
    single = tf.distribute.get_replica_context().num_replicas_in_sync == 1
    update = move_towards if single else move_towards.python_function
    for average, target in zip(averages, targets, strict=True):
        if is_float(average):
            update(average.value, target.value, share)
