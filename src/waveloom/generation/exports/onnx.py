"""ONNX, which ONNX Runtime and many other libraries run."""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from waveloom.config.errors import InputError
from waveloom.generation.exports import EXTRA, Call, array_of_type

FILE, LIBRARY = "network.onnx", "onnxruntime"
OPSET = 18


def write(network: Any, path: Path) -> None:
    """Convert a Keras model by Keras's own export and tf2onnx."""
    import keras

    if find_spec("tf2onnx") is None:
        raise InputError(f"Writing ONNX needs tf2onnx, which is not installed: {EXTRA}.")
    specs = [keras.InputSpec(shape=(None, *one.shape[1:]), dtype=one.dtype) for one in network.inputs]
    signature = [specs] if len(specs) > 1 else specs
    with _errors_logged_by_tf2onnx() as lines, warnings.catch_warnings(action="ignore"):
        network.export(path, format="onnx", verbose=False, input_signature=signature, opset_version=OPSET)
    unknown = sorted({word for line in lines for word in re.findall(r"^Tensorflow op \[.*: (\w+)\] is not", line)})
    if unknown:
        path.unlink(missing_ok=True)
        raise InputError(f"ONNX cannot express this generator: it has no {', '.join(unknown)}.")


def load(path: Path) -> Call:
    """Load a file that `write` made into ONNX Runtime."""
    if find_spec("onnxruntime") is None:
        raise InputError(f"Running {path.name} needs onnxruntime, which is not installed: {EXTRA}.")
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    types = {one.name: one.type for one in session.get_inputs()}

    def call(**arrays: np.ndarray) -> np.ndarray:
        inputs = {name: array_of_type(arrays, "float" in kind) for name, kind in types.items()}
        return session.run(None, inputs)[0]

    return call


@contextmanager
def _errors_logged_by_tf2onnx() -> Iterator[list[str]]:
    """Collect the errors that tf2onnx logs instead of printing them: it only logs an unsupported operation."""
    logger, lines = logging.getLogger("tf2onnx"), list[str]()
    level, propagate, handler = logger.level, logger.propagate, logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
