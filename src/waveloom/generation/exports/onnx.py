"""ONNX, which ONNX Runtime and many others run."""

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
from waveloom.generation.exports import EXTRA, Call

FILE, LIBRARY = "network.onnx", "onnxruntime"
OPSET = 18


def write(network: Any, path: Path) -> None:
    """Write a Keras model, by Keras's own export and tf2onnx."""
    import keras

    if find_spec("tf2onnx") is None:
        raise InputError(f"Writing ONNX takes tf2onnx, which is not installed: {EXTRA}.")
    specs = [keras.InputSpec(shape=(None, *given.shape[1:]), dtype=given.dtype) for given in network.inputs]
    signature = [specs] if len(specs) > 1 else specs
    with _heard() as said, warnings.catch_warnings(action="ignore"):
        network.export(path, format="onnx", verbose=False, input_signature=signature, opset_version=OPSET)
    unknown = sorted({word for line in said for word in re.findall(r"^Tensorflow op \[.*: (\w+)\] is not", line)})
    if unknown:
        path.unlink(missing_ok=True)
        raise InputError(f"ONNX cannot express this generator: it has no {', '.join(unknown)}.")


def opened(path: Path) -> Call:
    """Run it by ONNX Runtime."""
    if find_spec("onnxruntime") is None:
        raise InputError(f"Running {path.name} takes onnxruntime, which is not installed: {EXTRA}.")
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]

    def call(noise: np.ndarray, label: np.ndarray) -> np.ndarray:
        return session.run(None, dict(zip(names, (noise, label), strict=False)))[0]

    return call


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Keep what tf2onnx logs from the screen, and give it: it logs an operation that it does not know, and goes on."""
    logger, said = logging.getLogger("tf2onnx"), list[str]()
    level, spreads, handler = logger.level, logger.propagate, logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = spreads
