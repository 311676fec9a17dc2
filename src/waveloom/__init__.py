"""Waveloom: from a collection of sounds to a generator of new ones, with a report of its quality.

The names of `__all__` are the Python API; docs/reference/python.md describes them. Each is imported when it is first
used, so that `import waveloom` is quick. `__init__.pyi` states their types.
"""

import os
import warnings
from importlib import import_module
from typing import Any

# TensorFlow and Keras read these once, when they are first imported; so they are set before anything else.
# oneDNN is off by default on CPUs without AVX-512 VNNI, where it makes a training step 1.4 to 2.7 times faster.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# Nothing phones home, and no pickle is loaded.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

# `kedro run --pipeline train` is how the docs of this project say it; Kedro 1.x supports it with a warning.
warnings.filterwarnings("ignore", message="Option '--pipeline' is deprecated")

_MODULE_OF_NAME = {
    "Generator": "waveloom.api.generator",
    "InputError": "waveloom.config.errors",
    "Inspection": "waveloom.api.inspection",
    "Sound": "waveloom.api.sound",
    "Sounds": "waveloom.api.sound",
    "Translator": "waveloom.api.translator",
    "classify": "waveloom.api.classification",
    "extract": "waveloom.api.features",
    "inspect": "waveloom.api.inspection",
    "load": "waveloom.api.models",
    "score": "waveloom.api.scores",
}

__all__ = [*_MODULE_OF_NAME, "__version__"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("waveloom")
    elif name in _MODULE_OF_NAME:
        value = getattr(import_module(_MODULE_OF_NAME[name]), name)
    else:
        raise AttributeError(f"module 'waveloom' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
