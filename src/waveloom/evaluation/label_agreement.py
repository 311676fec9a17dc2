"""How often a classifier recognises the label of real recordings, and the requested label of generated sounds."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from waveloom.evaluation import label_classifier
from waveloom.evaluation.metrics import Sounds

NO_CONDITION = "not measured: the recipe is not conditioned on labels"
NO_LABELS = "not measured: the corpus has fewer than two labels"
NO_TEST = "not measured: no sound of a learned label is in the test split"  # learned: in training or validation
_NO_ROWS = pd.DataFrame({"actual": [], "predicted": []}, dtype=str)


@dataclass(frozen=True)
class LabelAgreement:
    """Accuracy `metrics` of the classifier, and its predictions: columns actual and predicted.

    `real` has one row per clip outside the test split, `generated` one per generated clip; no rows if not measured.
    """

    metrics: dict[str, dict[str, Any]]
    real: pd.DataFrame
    generated: pd.DataFrame


def measure_label_agreement(table: pd.DataFrame, generated: Sounds, folds: int, seed: int) -> LabelAgreement:
    """Cross-validate a classifier on the real clips of `table`, then predict the labels of `generated`.

    The features of `table` have the same scale as those of `generated`.
    """
    labelled = label_classifier.development(table)
    if labelled["label"].nunique() < 2:
        unmeasured = {"classifier": {"accuracy_mean": NO_LABELS}, "label_agreement": {"generated": NO_LABELS}}
        return LabelAgreement(unmeasured, _NO_ROWS, _NO_ROWS)
    summary, confusion = label_classifier.cross_validate(table, folds, seed)
    classifier = label_classifier.fit(labelled)
    accuracy: dict[str, Any] = {
        **summary,
        **_test_accuracy(classifier, table[(table["split"] == "test") & table["label"].isin(labelled["label"])]),
        "chance": 1 / labelled["label"].nunique(),
        "folds": label_classifier.folds_used(table, folds, seed),
    }
    if not generated.labels.any():
        unconditioned: dict[str, Any] = {"classifier": accuracy, "label_agreement": {"generated": NO_CONDITION}}
        return LabelAgreement(unconditioned, confusion, _NO_ROWS)
    predictions = label_classifier.predict(classifier, generated.features, generated.labels)
    # Each label is requested equally often, so the comparable accuracy on real clips is the balanced one.
    agreement: dict[str, Any] = {
        "generated": label_classifier.accuracy(predictions),
        "real": accuracy["test_balanced_accuracy"],
    }
    return LabelAgreement({"classifier": accuracy, "label_agreement": agreement}, confusion, predictions)


def _test_accuracy(classifier: Any, test: pd.DataFrame) -> dict[str, float | str]:
    if test.empty:
        return {"test_accuracy": NO_TEST, "test_balanced_accuracy": NO_TEST}
    predictions = label_classifier.predict_rows(classifier, test)
    return {
        "test_accuracy": label_classifier.accuracy(predictions),
        "test_balanced_accuracy": label_classifier.balanced_accuracy(predictions),
    }
