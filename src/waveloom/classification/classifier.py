"""A trained classifier at rest, and what it says of clips."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waveloom.classification import calibration, outliers
from waveloom.classification.config import Candidate, candidate
from waveloom.classification.examples import Heard
from waveloom.config.errors import InputError
from waveloom.features.table import feature_columns
from waveloom.models.model import Model


@dataclass(frozen=True)
class Opinion:
    """What clips are taken for: probabilities (n, labels), and how far each lies from what was learned, (n,)."""

    probabilities: np.ndarray
    distances: np.ndarray


def learned_by(model: Model) -> Candidate | None:
    """The plug-in that made the model, with its options; None where there was one label and nothing to learn."""
    name = model.spec["classifier"]
    return candidate(name, model.spec["options"], "the classifier's options") if name else None


def opinion(model: Model, heard: Heard) -> Opinion:
    """Let the classifier listen: a row a clip."""
    _check_columns(model, heard.table)
    chosen = learned_by(model)
    if chosen is None:
        scores = np.zeros((len(heard.table), 1))
    else:
        scores = chosen.module.scores(chosen.config, arrays(model, "learned"), heard.examples(chosen))
    probable = calibration.softmax(scores / model.spec["temperature"])
    return Opinion(probable, outliers.distances(arrays(model, "outliers"), heard.features))


def arrays(model: Model, part: str) -> dict[str, np.ndarray]:
    """The arrays of one part of the model, by their own names."""
    return {name.removeprefix(f"{part}."): a for name, a in model.weights.items() if name.startswith(f"{part}.")}


def card(model: Model) -> str:
    """Write the classifier's card in Markdown: what it tells apart, how well, and what it learned from."""
    spec = model.spec
    lines = [
        f"# Waveloom classifier {model.digest[:12]}",
        "",
        f"Names one of {len(spec['labels'])} labels: {', '.join(spec['labels'])}.",
        f"Made by `{spec['classifier'] or 'nothing: there is one label'}` with seed {spec['seed']}.",
        "",
        *(f"- {key}: {_plain(value)}" for key, value in spec["proof"].items()),
        *(f"- {key.replace('_', ' ')}, left out: {value}" for key, value in spec.get("left_out", {}).items()),
        "",
        *_reach(spec),
        "",
        "## Trained on",
        "",
        *(f"- {key}: {value}" for key, value in sorted(spec["data"].items())),
    ]
    return "\n".join(lines) + "\n"


def _reach(spec: dict[str, Any]) -> list[str]:
    if not spec["reach"]:
        return ["There were too few recordings to measure distances from them: no sound is called unlike them."]
    return [
        "A sound further than any label's cloud of features reaches is said to be unlike anything it was trained on;",
        "of sounds it did not learn from but should know, that happens to about "
        f"{100 * (1 - spec['like_share']):.2g} %.",
    ]


def _plain(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _check_columns(model: Model, table: pd.DataFrame) -> None:
    if feature_columns(table) != model.spec["columns"]:
        raise InputError(
            f"The classifier knows {len(model.spec['columns'])} features, and other ones than the "
            f"{len(feature_columns(table))} measured now; use the version it was trained with, or train it again."
        )
