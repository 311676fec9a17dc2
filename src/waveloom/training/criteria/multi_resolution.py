"""L1 distance at coarser resolutions, which small shifts in time or frequency change less than the L1 distance."""

from typing import Any

import tensorflow as tf

STEPS = (4, 8)  # averaged at a time: steps of time (axis 1), frequency bins (axis 2)


def loss(target: Any, generated: Any) -> Any:
    """Mean absolute difference of local means along time and, of (batch, time, bins), along frequency; their average.

    A remainder of less than `STEPS` is left out.
    """
    difference = target - generated
    axes = range(1, min(len(difference.shape), 3))
    terms = [tf.reduce_mean(tf.abs(_local_means(difference, axis, STEPS[axis - 1]))) for axis in axes]
    return tf.add_n(terms) / len(terms)


def _local_means(tensor: Any, axis: int, steps: int) -> Any:
    """Average `steps` neighbours along an axis: its length becomes a `steps`-th."""
    shape = [-1, *tensor.shape[1:]]
    count = shape[axis] // steps
    whole = tf.gather(tensor, tf.range(count * steps), axis=axis)
    return tf.reduce_mean(tf.reshape(whole, [*shape[:axis], count, steps, *shape[axis + 1 :]]), axis + 1)
