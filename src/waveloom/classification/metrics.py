"""Metrics of a classifier as JSON: finite numbers, or the reason why a number is missing."""

from typing import Any

import pandas as pd

from waveloom.classification.config import Classify
from waveloom.classification.cross_validation import CrossValidation
from waveloom.classification.scores import accuracy, balanced_accuracy, by_label, calibration_error, reliability

ONE_LABEL = "not measured: the corpus has fewer than two labels"
NO_FOLDS = "not measured: no label has recordings of two groups outside the test split, so no fold could be tested"
NO_TEST = "not measured: there is no test split"
NO_THRESHOLD = "not measured: too few recordings to decide what is unlike them"
ONE_GROUP = "not measured: no fold could test it"
UNTESTED = "not measured: no recording of it is in the test split"
NO_GENERATED = "not measured: classify.augment_with names no generated sounds"


def metrics(
    results: list[CrossValidation],
    best: CrossValidation | None,
    tested: pd.DataFrame,
    labels: list[str],
    config: Classify,
) -> dict[str, Any]:
    """Cross-validation scores of every candidate, and scores of the chosen one by label and on the test split."""
    by_candidate = {result.candidate.name: result.summary for result in results}
    reason = NO_FOLDS if len(labels) > 1 else ONE_LABEL
    return {
        "chosen": best.candidate.name if best else config.models[0] if len(labels) > 1 else ONE_LABEL,
        "chance": 1 / len(labels),
        "folds": best.folds if best else reason,
        "seed": config.seed,
        "cross_validation": by_candidate if best else reason,
        "by_label": _by_label(best.predictions, labels, ONE_GROUP) if best else reason,
        "calibration": _calibration(best) if best else reason,
        "test": test_metrics(tested, labels) if len(labels) > 1 else ONE_LABEL,
        "like": {"wanted": config.unlike, "test": _inlier_share(tested)},
        "augmentation": NO_GENERATED,
    }


def test_metrics(tested: pd.DataFrame, labels: list[str]) -> dict[str, Any] | str:
    """Accuracy and calibration on the recordings of the test split."""
    if not len(tested):
        return NO_TEST
    return {
        "accuracy": accuracy(tested),
        "balanced_accuracy": balanced_accuracy(tested),
        "calibration_error": calibration_error(tested),
        "recordings": len(tested),
        "by_label": _by_label(tested, labels, UNTESTED),
    }


def predictions_table(best: CrossValidation | None, tested: pd.DataFrame) -> pd.DataFrame:
    """Out-of-fold and test predictions, one row per recording: columns set, actual, predicted, confidence."""
    out_of_fold = best.predictions.assign(set="cross-validation") if best else tested[:0].assign(set="")
    both = pd.concat([out_of_fold, tested.assign(set="test")], ignore_index=True)
    return both[["set", "actual", "predicted", "confidence"]]


def reliability_table(best: CrossValidation | None) -> pd.DataFrame:
    """Reliability diagram of out-of-fold predictions: columns confidence, accuracy, count; empty if not measured."""
    if best is None:
        return pd.DataFrame({"confidence": [], "accuracy": [], "count": []}, dtype=float)
    return reliability(best.predictions)


def _inlier_share(tested: pd.DataFrame) -> float | str:
    if not len(tested):
        return NO_TEST
    return float(tested["like"].mean()) if "like" in tested else NO_THRESHOLD


def _by_label(predictions: pd.DataFrame, labels: list[str], reason: str) -> dict[str, Any]:
    """Precision, recall and F1 of each label that has predictions; the `reason` for the others."""
    tested = [label for label in labels if label in set(predictions["actual"])]
    return dict.fromkeys(labels, reason) | by_label(predictions, tested)


def _calibration(best: CrossValidation) -> dict[str, float]:
    return {
        "temperature": best.temperature,
        "error_before": calibration_error(best.uncalibrated),
        "error": calibration_error(best.predictions),
    }
