"""Schedules of a learning rate or a weight: pure functions of the step."""

import math
from typing import Any

import tensorflow as tf

from waveloom.models.recipe import Schedule


def scheduled_share(schedule: Schedule, step: Any, steps: int) -> Any:
    """The fraction (0 to 1) of the full value at `step` (counted from 1) of `steps`.

    It rises linearly over the warm-up and is 1 at the next step. Then it stays 1, or falls linearly or along half a
    cosine (Loshchilov and Hutter, 2017, equation 5), which would reach 0 one step after the last. A constant
    without a warm-up is the number 1.0.
    """
    if schedule == Schedule():
        return 1.0
    step, warm_up = tf.cast(step, tf.float32), round(schedule.warm_up * steps)
    progress = tf.clip_by_value((step - 1 - warm_up) / (steps - warm_up), 0.0, 1.0)
    decay = {"constant": tf.ones_like(progress), "linear": 1 - progress, "cosine": (1 + tf.cos(math.pi * progress)) / 2}
    return tf.where(step <= warm_up, step / (warm_up + 1), decay[schedule.shape])
