"""Size and computing cost of a generator, in counts that are the same on every machine."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waveloom.generation.sampler import build_network
from waveloom.models.model import Model


def generator_cost(model: Model) -> dict[str, int]:
    """Count parameters, bytes of weights, operations per sound, and clips shown to the discriminator in training.

    `clips_shown` is absent for a model that does not record its batch size.
    """
    training = model.spec.get("training", {})
    counts = {
        "parameters": model.parameters,
        "weight_bytes": sum(weight.nbytes for weight in model.weights.values()),
        "operations": operations(build_network(model)),
    }
    return counts | ({"clips_shown": training["clips_shown"]} if "clips_shown" in training else {})


def operations(built: Any) -> int:
    """Floating-point operations of a Keras model for one example, by TensorFlow's profiler; a multiply-add is two."""
    import tensorflow as tf

    inputs = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in built.inputs]
    traced = tf.function(lambda examples: built(examples, training=False))
    graph = traced.get_concrete_function(inputs if len(inputs) > 1 else inputs[0]).graph
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().build()
    with _errors_only(tf.get_logger()):  # the profiler warns about its own use of a deprecated function
        return int(tf.compat.v1.profiler.profile(graph, options=options).total_float_ops)


@contextmanager
def _errors_only(logger: logging.Logger) -> Iterator[None]:
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
