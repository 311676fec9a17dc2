"""How a rate or a weight goes over a training: pure functions of the step."""

import math
from typing import Any

import tensorflow as tf

from waveloom.models.recipe import Schedule


def share(schedule: Schedule, step: Any, steps: int) -> Any:
    """The share of its full value, 0 to 1, at `step` (counted from 1) of `steps`.

    It rises linearly over the warm-up, is 1 at the step after it, and falls to be 0 a step after the last: linearly,
    or along half a cosine (Loshchilov and Hutter, 2017, equation 5). Constant without a warm-up it is 1.0.
    """
    if schedule == Schedule():
        return 1.0
    now, warm = tf.cast(step, tf.float32), round(schedule.warm_up * steps)
    gone = tf.clip_by_value((now - 1 - warm) / (steps - warm), 0.0, 1.0)
    falls = {"constant": tf.ones_like(gone), "linear": 1 - gone, "cosine": (1 + tf.cos(math.pi * gone)) / 2}
    return tf.where(now <= warm, now / (warm + 1), falls[schedule.shape])
