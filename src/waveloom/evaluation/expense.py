"""What a generator costs, as far as it can be counted: the same on every machine, where minutes are not."""

import math
from typing import Any

from waveloom.evaluation.sampling import network
from waveloom.model import Model


def expense(model: Model) -> dict[str, int]:
    """Count parameters, bytes of weights, multiply-adds for one sound, and what the critic was shown in training.

    Clips shown are there only for a model that says how large its batches were.
    """
    training = model.spec.get("training", {})
    counted = {
        "parameters": sum(weight.size for weight in model.weights.values()),
        "weight_bytes": sum(weight.nbytes for weight in model.weights.values()),
        "multiply_adds": multiply_adds(network(model)),
    }
    return counted | ({"clips_shown": training["clips_shown"]} if "clips_shown" in training else {})


def multiply_adds(built: Any) -> int:
    """Multiply-adds of a Keras model's dense and convolution layers for one example; all else costs little beside them.

    A kernel is applied once at every place of what comes out, or, transposed, of what goes in.
    """
    return sum(layer.kernel.shape.num_elements() * _places(layer) for layer in built.layers if hasattr(layer, "kernel"))


def _places(layer: Any) -> int:
    transposed = type(layer).__name__.endswith("Transpose")
    return math.prod((layer.input if transposed else layer.output).shape[1:-1])
