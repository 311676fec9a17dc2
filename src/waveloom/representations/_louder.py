"""A louder clip, seen on the scale in decibels that bends towards silence: log(1 + magnitude / floor)."""

from math import log
from typing import Any


def louder_decibels(loudness: Any, factor: Any, range_db: float) -> Any:
    """Multiply the magnitudes behind `loudness` (-1 is silence, +1 a full-scale sine) by `factor`, in Keras operations.

    Far above the floor that is an offset of 2 / range_db a decibel; nothing is clipped, so that every gradient passes.
    """
    from keras import ops  # TensorFlow: only for those who train

    steps = range_db * log(10) / 20 / 2  # of the natural logarithm, for each unit of loudness
    return ops.log1p(factor * ops.expm1((loudness + 1) * steps)) / steps - 1
