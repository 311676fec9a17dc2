"""What a generator costs, as far as it can be counted: the same on every machine, where minutes are not."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waveloom.generation.sampler import build_network
from waveloom.models.model import Model


def expense(model: Model) -> dict[str, int]:
    """Count parameters, bytes of weights, operations for one sound, and what the discriminator was shown in training.

    Clips shown are there only for a model that says how large its batches were.
    """
    training = model.spec.get("training", {})
    counted = {
        "parameters": model.parameters,
        "weight_bytes": sum(weight.nbytes for weight in model.weights.values()),
        "operations": operations(build_network(model)),
    }
    return counted | ({"clips_shown": training["clips_shown"]} if "clips_shown" in training else {})


def operations(built: Any) -> int:
    """Floating-point operations of a Keras model for one example, by TensorFlow's profiler; a multiply-add is two."""
    import tensorflow as tf

    inputs = [tf.TensorSpec((1, *given.shape[1:]), given.dtype) for given in built.inputs]
    called = tf.function(lambda given: built(given, training=False))
    graph = called.get_concrete_function(inputs if len(inputs) > 1 else inputs[0]).graph
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().build()
    with _quiet(tf.get_logger()):  # it warns of its own use of a function of its own
        return int(tf.compat.v1.profiler.profile(graph, options=options).total_float_ops)


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
