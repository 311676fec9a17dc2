"""Is a sound taken for what it is: real recordings by a classifier, and generated sounds by the same one."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from waveloom.evaluation import label_classifier as classifier
from waveloom.evaluation.metrics import Sounds

NO_CONDITION = "not measured: the recipe is not conditioned on labels"
NO_LABELS = "not measured: the corpus has fewer than two labels"
NO_TEST = "not measured: no sound of a learned label is in the test split"
_NOTHING = pd.DataFrame({"actual": [], "predicted": []}, dtype=str)


@dataclass(frozen=True)
class Recognition:
    """How well labels are recognised: `metrics`, and who was taken for what, columns actual and predicted.

    `real` has one row a clip outside the test split, `generated` one a generated clip; no rows where not measured.
    """

    metrics: dict[str, dict[str, Any]]
    real: pd.DataFrame
    generated: pd.DataFrame


def recognise(table: pd.DataFrame, generated: Sounds, folds: int, seed: int) -> Recognition:
    """Prove a classifier on the real clips of `table`, then ask it what it hears in `generated`.

    `table` holds features on the same scale as those of `generated`.
    """
    known = classifier.development(table)
    if known["label"].nunique() < 2:
        unmeasured = {"classifier": {"accuracy_mean": NO_LABELS}, "label_agreement": {"generated": NO_LABELS}}
        return Recognition(unmeasured, _NOTHING, _NOTHING)
    summary, confusion = classifier.cross_validate(table, folds, seed)
    judge = classifier.fit(known)
    proof = {
        **summary,
        **_tested(judge, table[(table["split"] == "test") & table["label"].isin(known["label"])]),
        "chance": 1 / known["label"].nunique(),
        "folds": classifier.folds_used(table, folds, seed),
    }
    if not generated.labels.any():
        return Recognition({"classifier": proof, "label_agreement": {"generated": NO_CONDITION}}, confusion, _NOTHING)
    heard = classifier.predict(judge, generated.features, generated.labels)
    # Labels are asked for equally often, so what real clips reach, label by label, is what it stands beside.
    agreed = {"generated": classifier.accuracy(heard), "real": proof["test_balanced_accuracy"]}
    return Recognition({"classifier": proof, "label_agreement": agreed}, confusion, heard)


def _tested(judge: Any, test: pd.DataFrame) -> dict[str, float | str]:
    if test.empty:
        return {"test_accuracy": NO_TEST, "test_balanced_accuracy": NO_TEST}
    answers = classifier.predict_rows(judge, test)
    return {
        "test_accuracy": classifier.accuracy(answers),
        "test_balanced_accuracy": classifier.balanced_accuracy(answers),
    }
