"""What a classifier is worth, in numbers: JSON that holds finite numbers, or says why there is none."""

from typing import Any

import pandas as pd

from waveloom.classification.config import Classify
from waveloom.classification.cross_validation import Trial
from waveloom.classification.scores import accuracy, balanced_accuracy, by_label, calibration_error, reliability

ONE_LABEL = "not measured: the corpus has fewer than two labels"
NO_FOLDS = "not measured: no label has recordings of two groups outside the test split, so no fold could be judged"
NO_TEST = "not measured: there is no test split"
NO_REACH = "not measured: too few recordings to decide what is unlike them"
ONE_GROUP = "not measured: no fold could judge it"
UNTESTED = "not measured: no recording of it is in the test split"
NO_GENERATED = "not measured: classify.augment_with names no generated sounds"


def metrics(trials: list[Trial], best: Trial | None, tested: pd.DataFrame, labels: list[str], rules: Classify) -> Any:
    """Say how each candidate did over folds, and how the chosen one did, there and on the test split."""
    cross = {trial.candidate.name: trial.summary for trial in trials}
    why = NO_FOLDS if len(labels) > 1 else ONE_LABEL
    return {
        "chosen": best.candidate.name if best else rules.models[0] if len(labels) > 1 else ONE_LABEL,
        "chance": 1 / len(labels),
        "folds": best.folds if best else why,
        "seed": rules.seed,
        "cross_validation": cross if best else why,
        "by_label": _named(best.answers, labels, ONE_GROUP) if best else why,
        "calibration": _calibration(best) if best else why,
        "test": test_numbers(tested, labels) if len(labels) > 1 else ONE_LABEL,
        "like": {"wanted": rules.unlike, "test": _like(tested)},
        "augmentation": NO_GENERATED,
    }


def test_numbers(tested: pd.DataFrame, labels: list[str]) -> Any:
    """How right and how rightly sure the classifier is on recordings kept from it until the end."""
    if not len(tested):
        return NO_TEST
    return {
        "accuracy": accuracy(tested),
        "balanced_accuracy": balanced_accuracy(tested),
        "calibration_error": calibration_error(tested),
        "recordings": len(tested),
        "by_label": _named(tested, labels, UNTESTED),
    }


def _like(tested: pd.DataFrame) -> float | str:
    if not len(tested):
        return NO_TEST
    return float(tested["like"].mean()) if "like" in tested else NO_REACH


def _named(answers: pd.DataFrame, labels: list[str], why: str) -> dict[str, Any]:
    """Precision, recall and F1 of each label that has an answer; of others why not."""
    judged = [label for label in labels if label in set(answers["actual"])]
    return dict.fromkeys(labels, why) | by_label(answers, judged)


def answers(best: Trial | None, tested: pd.DataFrame) -> pd.DataFrame:
    """Who was taken for what: columns set, actual, predicted, confidence; a row a recording, out of fold or tested."""
    out_of_fold = best.answers.assign(set="cross-validation") if best else tested[:0].assign(set="")
    both = pd.concat([out_of_fold, tested.assign(set="test")], ignore_index=True)
    return both[["set", "actual", "predicted", "confidence"]]


def reliability_table(best: Trial | None) -> pd.DataFrame:
    """Of the answers out of fold, by confidence: columns confidence, accuracy, count; no rows where not measured."""
    if best is None:
        return pd.DataFrame({"confidence": [], "accuracy": [], "count": []}, dtype=float)
    return reliability(best.answers)


def _calibration(best: Trial) -> dict[str, float]:
    return {
        "temperature": best.temperature,
        "error_before": calibration_error(best.uncalibrated),
        "error": calibration_error(best.answers),
    }
