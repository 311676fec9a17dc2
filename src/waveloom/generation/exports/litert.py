"""LiteRT, formerly TensorFlow Lite, for phones and small boards."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from waveloom.config.errors import InputError
from waveloom.execution.quiet_stderr import quiet_stderr
from waveloom.generation.exports import EXTRA, Call, array_of_type

FILE, LIBRARY = "network.tflite", "ai-edge-litert"


def write(network: Any, path: Path) -> None:
    """Convert a Keras model to batches of one, by Keras's own export."""
    import keras

    specs = [keras.InputSpec(shape=(1, *one.shape[1:]), dtype=one.dtype, name=one.name) for one in network.inputs]
    network.export(path, format="litert", verbose=False, input_signature=[specs] if len(specs) > 1 else specs)
    try:
        load(path)
    except RuntimeError as problem:  # Keras leaves operations that LiteRT lacks to TensorFlow
        path.unlink()
        unknown = ", ".join(re.findall(r"\(Flex(\w+)\)", str(problem))) or str(problem)
        raise InputError(f"LiteRT cannot express this generator: it has no {unknown}. Try onnx.") from problem


def load(path: Path) -> Call:
    """Load a file that `write` made into LiteRT."""
    if find_spec("ai_edge_litert") is None:
        raise InputError(f"Running {path.name} needs ai-edge-litert, which is not installed: {EXTRA}.")
    from ai_edge_litert.interpreter import Interpreter

    with quiet_stderr():  # it announces its delegates
        interpreter = Interpreter(model_path=str(path))
        interpreter.allocate_tensors()
    runner = interpreter.get_signature_runner()
    dtypes = {name: details["dtype"] for name, details in runner.get_input_details().items()}

    def call(**arrays: np.ndarray) -> np.ndarray:
        inputs = {name: array_of_type(arrays, dtype == np.float32) for name, dtype in dtypes.items()}
        return next(iter(runner(**inputs).values()))

    return call
