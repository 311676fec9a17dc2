"""LiteRT, which was TensorFlow Lite: for telephones and small boards."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from waveloom.config.errors import InputError
from waveloom.generation.exports import EXTRA, Call

FILE, LIBRARY = "network.tflite", "ai-edge-litert"


def write(network: Any, path: Path) -> None:
    """Write a Keras model for one sound at a time, by Keras's own export."""
    import keras

    specs = [
        keras.InputSpec(shape=(1, *given.shape[1:]), dtype=given.dtype, name=given.name) for given in network.inputs
    ]
    network.export(path, format="litert", verbose=False, input_signature=[specs] if len(specs) > 1 else specs)
    try:
        opened(path)
    except RuntimeError as problem:  # it leaves what it cannot express to TensorFlow, which is not to be needed
        path.unlink()
        unknown = ", ".join(re.findall(r"\(Flex(\w+)\)", str(problem))) or str(problem)
        raise InputError(f"LiteRT cannot express this generator: it has no {unknown}. Try onnx.") from problem


def opened(path: Path) -> Call:
    """Run it by LiteRT."""
    if find_spec("ai_edge_litert") is None:
        raise InputError(f"Running {path.name} takes ai-edge-litert, which is not installed: {EXTRA}.")
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path))
    interpreter.allocate_tensors()
    runner = interpreter.get_signature_runner()
    kinds = {name: given["dtype"] for name, given in runner.get_input_details().items()}

    def call(noise: np.ndarray, label: np.ndarray) -> np.ndarray:
        given = {name: noise if kind == np.float32 else label for name, kind in kinds.items()}
        return next(iter(runner(**given).values()))

    return call
