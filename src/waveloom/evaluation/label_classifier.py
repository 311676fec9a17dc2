"""Classifier of labels: logistic regression on the feature table, tested on recordings it was not fitted on.

Chosen by measurement on spoken digits, environmental sounds and instruments: within one standard deviation of a support
vector machine on all three, a few points below a random forest on two of them, in at most a fifteenth of the time of
the forest; its cost is proportional to the number of clips, and it is deterministic.
"""

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from waveloom.classification.folds import ONE_FOLD, development, grouped_folds
from waveloom.classification.logistic_regression import fit_logistic_regression
from waveloom.classification.scores import accuracy, balanced_accuracy
from waveloom.evaluation.metrics import LabelClassifier
from waveloom.features.table import feature_columns

__all__ = ["accuracy", "balanced_accuracy", "cross_validate", "development", "fit", "predict", "predict_rows"]


NO_FOLDS = "not measured: no label has sounds of two groups outside the test split, so no fold could be tested"
_MEASURES = {"accuracy": accuracy, "balanced_accuracy": balanced_accuracy}


def cross_validate(table: pd.DataFrame, folds: int, seed: int) -> tuple[dict[str, float | str], pd.DataFrame]:
    """Group-wise cross-validation over the development splits: no group is in two folds.

    Gives mean and standard deviation over folds of accuracy and balanced accuracy (0 to 1), and one row per clip with
    `actual` and `predicted` labels. `fold_count` limits the number of folds; clips that are in no tested fold have no
    row, and a number that cannot be computed is a string with the reason.
    """
    labelled = development(table)
    parts = [_predict_fold(labelled, train, test) for train, test in grouped_folds(labelled, folds, seed, labels=2)]
    scores = np.array([[measure(part) for measure in _MEASURES.values()] for part in parts])
    names = [f"{name}_{statistic}" for statistic in ("mean", "sd") for name in _MEASURES]
    if not parts:
        return dict.fromkeys(names, NO_FOLDS), pd.DataFrame({"actual": [], "predicted": []}, dtype=str)
    several = len(parts) > 1
    sd = scores.std(axis=0, ddof=1).tolist() if several else [ONE_FOLD] * len(_MEASURES)
    summary = dict(zip(names, [*scores.mean(axis=0).tolist(), *sd], strict=True))
    return summary, pd.concat(parts, ignore_index=True)


def folds_used(table: pd.DataFrame, folds: int, seed: int) -> int | str:
    """The number of folds that `cross_validate` tests, or the reason why there are none."""
    return sum(1 for _ in grouped_folds(development(table), folds, seed, labels=2)) or NO_FOLDS


def fit(table: pd.DataFrame) -> Any:
    """Fit the classifier on the rows of `table`; its `predict(features)` maps (n, d) to labels (n,)."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler()
    features, labels = _features_and_labels(table)
    return make_pipeline(scaler, fit_logistic_regression(scaler.fit_transform(features), labels))


def fit_label_classifier(table: pd.DataFrame) -> LabelClassifier | None:
    """Fit a classifier on the training split of the scaled feature `table`; None if it has fewer than two labels."""
    train = table[table["split"] == "train"]
    if train["label"].nunique() < 2:
        return None
    fitted = fit(train)
    return LabelClassifier(
        tuple(fitted.classes_), lambda sounds: np.asarray(fitted.predict_proba(sounds.features)), _digest(fitted)
    )


def predict_rows(classifier: Any, table: pd.DataFrame) -> pd.DataFrame:
    """Predict the label of every row of `table`: columns `actual` and `predicted`."""
    return predict(classifier, *_features_and_labels(table))


def predict(classifier: Any, features: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Predict the label of every row of features (n, d): columns `actual` (the given `labels`) and `predicted`."""
    return pd.DataFrame({"actual": labels.astype(str), "predicted": classifier.predict(features)})


def _predict_fold(table: pd.DataFrame, train: np.ndarray, test: np.ndarray) -> pd.DataFrame:
    return predict_rows(fit(table.iloc[train]), table.iloc[test])


def _features_and_labels(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return table[feature_columns(table)].to_numpy(), table["label"].to_numpy(dtype=str)


def _digest(classifier: Any) -> str:
    """SHA-256 over every fitted array in the steps of a scikit-learn pipeline."""
    digest = hashlib.sha256()
    for step in classifier:
        for name, value in sorted(vars(step).items()):
            if isinstance(value, np.ndarray):
                digest.update(f"{name} {value.tolist()} ".encode())
    return digest.hexdigest()
