"""Functions for a training step that several replicas run together, so that the result is the same as with one replica.

A replica has its own copy of every variable and its own rows of every batch; all replicas make the same updates.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf


def drawn(draw: Callable[..., Any], shape: Any, seed: Any, axis: int = 0) -> Any:
    """This replica's rows, along `axis`, of the tensor that `draw` draws for the whole batch; `shape` is theirs."""
    context = tf.distribute.get_replica_context()
    count = context.num_replicas_in_sync
    if count == 1:
        return draw(shape, seed=seed)
    part = tf.convert_to_tensor(shape)
    rows = part[axis]
    whole = draw(tf.where(tf.range(tf.size(part)) == axis, count * part, part), seed=seed)
    return tf.gather(whole, context.replica_id_in_sync_group * rows + tf.range(rows), axis=axis)


def mean(values: Sequence[Any]) -> list[Any]:
    """The mean of each value over all replicas; of means over a replica's rows, the mean over the whole batch."""
    dense = [tf.convert_to_tensor(value) for value in values]
    context = tf.distribute.get_replica_context()
    if context.num_replicas_in_sync == 1 or not dense:
        return dense
    return list(context.all_reduce(tf.distribute.ReduceOp.MEAN, dense))


def gathered(rows: Any) -> Any:
    """The rows of all replicas, concatenated."""
    context = tf.distribute.get_replica_context()
    return rows if context.num_replicas_in_sync == 1 else context.all_gather(rows, axis=0)
