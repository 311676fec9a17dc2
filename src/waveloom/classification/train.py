"""Training of a classifier from clips and their feature table: selection, fitting, test."""

import logging
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from waveloom.audio.decode import Limits
from waveloom.audio.store import ClipStore
from waveloom.classification import outliers
from waveloom.classification.augmentation import augmentation_benefit
from waveloom.classification.classifier import score_clips
from waveloom.classification.config import Candidate, Classify, candidates
from waveloom.classification.cross_validation import (
    CrossValidation,
    class_numbers,
    cross_validate,
    fit,
    mean_by_recording,
    predictions_by_recording,
)
from waveloom.classification.folds import DEVELOPMENT, grouped_folds, omissions
from waveloom.classification.labelled_clips import LabelledClips, from_store
from waveloom.classification.metrics import ONE_LABEL, metrics, predictions_table, reliability_table
from waveloom.classification.training_set import TrainingSet
from waveloom.features import Features
from waveloom.features.table import feature_columns
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preprocessing:
    """How recordings become clips and features; recordings whose peak is below `silence_db` (dBFS) are silent."""

    prepare: Prepare
    features: Features
    silence_db: float = Limits().silence_db


@dataclass(frozen=True)
class Trained:
    """A classifier and its metrics.

    `predictions` has columns set (cross-validation or test), actual, predicted, confidence, one row per recording;
    `reliability` has confidence, accuracy, count, one row per bin of out-of-fold confidence.
    """

    model: Model
    metrics: dict[str, Any]
    predictions: pd.DataFrame
    reliability: pd.DataFrame


def train_classifier(
    store: ClipStore,
    table: pd.DataFrame,
    preprocessing: Preprocessing,
    config: Classify,
    generated: LabelledClips | None = None,
) -> Trained:
    """Select a classifier by group-wise cross-validation outside the test split, fit it there and test it once.

    `generated` clips are used for fitting only, not for selection, calibration or test. Steps that need more recordings
    are skipped, logged and listed under `left_out`. Without cross-validation the first of `config.models` is fitted.
    """
    clips = from_store(store, table)
    rows = np.flatnonzero(table["split"].isin(DEVELOPMENT))
    data = TrainingSet(clips, rows, sorted(set(table["label"].iloc[rows])), generated, config)
    missing = _log_omissions(omissions(table, config.folds, "classify.folds"))
    data.check_generated()
    if len(data.labels) < 2:
        log.warning("The classifier was %s.", ONE_LABEL)
    results = _cross_validate_all(data) if len(data.labels) > 1 else []
    best, chosen = _select(results, data)
    spec = {
        **_classifier_spec(chosen, best, data),
        **({"left_out": missing} if missing else {}),
        "prepare": asdict(preprocessing.prepare),
        "features": asdict(preprocessing.features),
        "columns": feature_columns(table),
        "silence_db": preprocessing.silence_db,
        "reach": _outlier_threshold(data),  # the outlier threshold; the key is part of the model format
        "data": data.provenance(store),
    }
    model = Model(spec, _fit_all(data, chosen))
    tested = _test(model, data)
    measured = metrics(results, best, tested, data.labels, config) | ({"left_out": missing} if missing else {})
    if chosen and generated:
        measured["augmentation"] = augmentation_benefit(chosen, clips, generated, data.labels, config)
    return Trained(model, measured, predictions_table(best, tested), reliability_table(best))


def _select(results: list[CrossValidation], data: TrainingSet) -> tuple[CrossValidation | None, Candidate | None]:
    """The result with the highest mean balanced accuracy (the first one on a tie) and its candidate.

    Without results: None and the first candidate; None and None for fewer than two labels.
    """
    best = max(results, key=lambda result: result.summary["balanced_accuracy_mean"], default=None)
    if best:
        return best, best.candidate
    return None, candidates(data.config)[0] if len(data.labels) > 1 else None


def _log_omissions(missing: dict[str, str]) -> dict[str, str]:
    """Log each skipped step with its reason, and return `missing` unchanged."""
    for step, reason in missing.items():
        log.warning("The classifier, %s: %s.", step.replace("_", " "), reason)
    return missing


def _cross_validate_all(data: TrainingSet) -> list[CrossValidation]:
    table, seed = data.table, data.config.seed
    splits = list(grouped_folds(table, data.config.folds, seed, labels=2))
    if not splits:
        return []
    return [
        cross_validate(candidate, data.clips.examples(candidate)[data.rows], table, splits, seed)
        for candidate in candidates(data.config)
    ]


def _fit_all(data: TrainingSet, chosen: Candidate | None) -> dict[str, np.ndarray]:
    """Fit the outlier detector on all rows outside the test split, and the classifier on these and generated clips."""
    classes = data.classes
    parts = {"outliers": outliers.fit(data.clips.features[data.rows], classes, len(data.labels))}
    if chosen is not None:
        examples = data.clips.examples(chosen)[data.rows]
        if data.generated is not None:
            examples = np.concatenate([examples, data.generated.examples(chosen)])
            classes = np.concatenate([classes, class_numbers(data.generated.table["label"], data.labels)])
        parts["learned"] = fit(chosen, examples, classes, len(data.labels), data.config.seed)
    return {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}


def _outlier_threshold(data: TrainingSet) -> float | None:
    """Quantile `classify.unlike` of the recordings' out-of-fold outlier distances; None if it cannot be measured."""
    features, table, classes = data.clips.features[data.rows], data.table, data.classes
    distances = np.full(len(table), np.nan)
    for train, test in grouped_folds(table, data.config.folds, data.config.seed):
        present, train_classes = np.unique(classes[train], return_inverse=True)
        detector = outliers.fit(features[train], train_classes, len(present))
        distances[test] = outliers.distances(detector, features[test])
    measured = np.isfinite(distances)
    if not measured.any():
        return None
    by_recording = mean_by_recording(distances[measured], table[measured])
    return float(np.quantile(by_recording, data.config.unlike)) or None  # distances are divided by it: 0 counts as none


def _test(model: Model, data: TrainingSet) -> pd.DataFrame:
    """Predictions for the recordings of the test split; column `like` is True for inliers.

    An inlier is a recording within the outlier threshold. Without a threshold there is no column `like`.
    """
    table, labels = data.clips.table, data.labels
    rows = np.flatnonzero((table["split"] == "test") & table["label"].isin(labels))
    tested = table.iloc[rows]
    if not len(rows):
        return predictions_by_recording(np.zeros((0, len(labels))), tested, labels)
    scored, threshold = score_clips(model, data.clips.subset(rows)), model.spec["reach"]
    predictions = predictions_by_recording(scored.probabilities, tested, labels)
    if not threshold:
        return predictions
    return predictions.assign(like=mean_by_recording(scored.distances, tested) <= threshold)


def _classifier_spec(chosen: Candidate | None, best: CrossValidation | None, data: TrainingSet) -> dict[str, Any]:
    """Fields of the model's spec that describe the chosen classifier; `proof` is its cross-validation summary."""
    return {
        "kind": "classifier",
        "classifier": chosen.name if chosen else "",
        "options": asdict(chosen.config) if chosen else {},
        "temperature": best.temperature if best else 1.0,
        "labels": data.labels,
        "seed": data.config.seed,
        "like_share": data.config.unlike,
        "proof": best.summary if best else {},
    }
