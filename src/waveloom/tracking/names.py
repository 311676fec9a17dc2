"""Names of tags, parameters and metrics in MLflow."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from waveloom.audio.file_names import shortened

MODEL = "waveloom.model"  # tag: digest of the generator
TRAINING = "waveloom.training"  # tag: fingerprint of the training
EVALUATED = "waveloom.evaluated"  # tag: digest of the clips and features that the generator was evaluated on
EMBEDDING = "waveloom.embedding."  # tag, followed by the name of an embedding: its version
LEFT_OUT = "left_out."  # prefix of the tags that name what was omitted for lack of sounds; the value is the reason
MLFLOW_KEY_BYTES = 250  # maximum length of a parameter's name


def flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of a tree as `section.key`, value; an empty branch is a leaf."""
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def loggable_parameters(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the leaves of params.yaml under names that MLflow accepts; keys may hold labels of any characters."""
    return {shortened(re.sub(r"[^\w. -]", "_", key), MLFLOW_KEY_BYTES): value for key, value in flatten(params)}


def metric_name(path: Iterable[str]) -> str:
    """Name a leaf of the tree of metrics; MLflow's page groups metrics by the part before the slash."""
    return "evaluation/" + ".".join(path)
