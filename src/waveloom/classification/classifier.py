"""A trained classifier: applying it to clips, and its model card."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waveloom.classification import calibration, outliers
from waveloom.classification.config import Candidate, candidate
from waveloom.classification.labelled_clips import LabelledClips
from waveloom.config.errors import InputError
from waveloom.features.table import feature_columns
from waveloom.models.card_metadata import metadata
from waveloom.models.model import Model


@dataclass(frozen=True)
class ClipScores:
    """Probabilities (n, labels) of clips, and outlier distance of each, (n,)."""

    probabilities: np.ndarray
    distances: np.ndarray


def candidate_of(model: Model) -> Candidate | None:
    """The plug-in and options that the model was fitted with; None if there was one label and nothing to fit."""
    name = model.spec["classifier"]
    return candidate(name, model.spec["options"], "the classifier's options") if name else None


def score_clips(model: Model, clips: LabelledClips) -> ClipScores:
    """Apply the classifier: one row per clip. InputError if the features are not those it was trained on."""
    _check_columns(model, clips.table)
    chosen = candidate_of(model)
    if chosen is None:
        scores = np.zeros((len(clips.table), 1))
    else:
        scores = chosen.module.scores(chosen.config, arrays(model, "learned"), clips.examples(chosen))
    probabilities = calibration.softmax(scores / model.spec["temperature"])
    return ClipScores(probabilities, outliers.distances(arrays(model, "outliers"), clips.features))


def arrays(model: Model, part: str) -> dict[str, np.ndarray]:
    """The arrays of one part of the model, without the part's name."""
    return {name.removeprefix(f"{part}."): a for name, a in model.weights.items() if name.startswith(f"{part}.")}


def card(model: Model) -> str:
    """Model card in Markdown: labels, scores, limits and training data."""
    spec = model.spec
    lines = [
        *metadata("classifier", spec["data"]),
        f"# Waveloom classifier {model.digest[:12]}",
        "",
        f"Classifies sounds into {len(spec['labels'])} labels: {', '.join(spec['labels'])}.",
        f"Method: `{spec['classifier'] or 'none: there is one label'}`, seed {spec['seed']}.",
        "",
        *(f"- {key}: {_plain(value)}" for key, value in spec["proof"].items()),
        *(f"- {key.replace('_', ' ')}, left out: {value}" for key, value in spec.get("left_out", {}).items()),
        "",
        *_outlier_text(spec),
        "",
        "## Trained on",
        "",
        *(f"- {key}: {value}" for key, value in sorted(spec["data"].items())),
    ]
    return "\n".join(lines) + "\n"


def _outlier_text(spec: dict[str, Any]) -> list[str]:
    if not spec["reach"]:
        return ["There were too few recordings to detect outliers: no sound is called unlike them."]
    return [
        "A sound whose features are far from those of every label is reported as unlike anything it was trained on;",
        "for recordings outside the training data that resemble it, this happens to about "
        f"{100 * (1 - spec['like_share']):.2g} %.",
    ]


def _plain(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _check_columns(model: Model, table: pd.DataFrame) -> None:
    if feature_columns(table) != model.spec["columns"]:
        raise InputError(
            f"The classifier was trained on {len(model.spec['columns'])} features, which differ from the "
            f"{len(feature_columns(table))} measured now; use the version it was trained with, or train it again."
        )
