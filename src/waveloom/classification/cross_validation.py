"""Group-wise cross-validation of a classifier."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waveloom.classification import calibration
from waveloom.classification.config import Candidate
from waveloom.classification.folds import ONE_FOLD
from waveloom.classification.scores import accuracy, balanced_accuracy

Splits = Iterable[tuple[np.ndarray, np.ndarray]]
_ABSENT = -1e9  # score of a class without training examples: its probability is 0 at every temperature


@dataclass(frozen=True)
class CrossValidation:
    """Out-of-fold predictions of a candidate, one row per recording, and mean and deviation of its scores over folds.

    `uncalibrated` are the predictions with temperature 1.
    """

    candidate: Candidate
    temperature: float
    predictions: pd.DataFrame
    uncalibrated: pd.DataFrame
    summary: dict[str, Any]
    folds: int


def cross_validate(
    candidate: Candidate, examples: np.ndarray, table: pd.DataFrame, splits: Splits, seed: int
) -> CrossValidation:
    """Fit on all folds but one and predict that one, in turn; examples (n, ...) belong to the rows of `table`.

    `splits` are the training and test row numbers of each fold. A recording that no fold tests has no
    prediction. The temperature is fitted to all out-of-fold scores.
    """
    labels = sorted(set(table["label"]))
    classes = class_numbers(table["label"], labels)
    scores, fold = np.zeros((len(table), len(labels))), np.full(len(table), -1)
    for number, (train, test) in enumerate(splits):
        scores[test] = fit_and_score(candidate, examples[train], classes[train], len(labels), seed, examples[test])
        fold[test] = number
    table, scores, fold = table[fold >= 0], scores[fold >= 0], fold[fold >= 0]
    numbers, _ = recordings(table)
    temperature = calibration.temperature(scores, numbers, class_numbers(_first(table["label"], table), labels))
    calibrated, raw = (
        predictions_by_recording(calibration.softmax(scores / t), table, labels) for t in (temperature, 1.0)
    )
    summary = _summary(calibrated.assign(fold=_first(fold, table)))
    return CrossValidation(candidate, temperature, calibrated, raw, summary, len(set(fold)))


def fit(
    candidate: Candidate, examples: np.ndarray, classes: np.ndarray, count: int, seed: int
) -> dict[str, np.ndarray]:
    """Fit the candidate on examples (n, ...) of classes (n,), numbers below `count`."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater")  # for few examples
        return dict(candidate.module.fit(candidate.config, examples, classes, count, seed))


def fit_and_score(
    candidate: Candidate, examples: np.ndarray, classes: np.ndarray, count: int, seed: int, test: np.ndarray
) -> np.ndarray:
    """Fit the candidate and score the examples `test`: (n, count), -1e9 for a class without training examples."""
    present, class_indices = np.unique(classes, return_inverse=True)
    fitted = fit(candidate, examples, class_indices, len(present), seed)
    scores = np.full((len(test), count), _ABSENT)
    scores[:, present] = candidate.module.scores(candidate.config, fitted, test)
    return scores


def predictions_by_recording(probabilities: np.ndarray, table: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Predicted label of each recording from the mean of its clips' probabilities (n, labels).

    Columns recording_id, group, actual, predicted, confidence (0 to 1).
    """
    numbers, names = recordings(table)
    mean = calibration.mean_probabilities(probabilities, numbers)
    columns = {"group": _first(table["group"], table), "actual": _first(table["label"], table)}
    predicted = np.array(labels)[mean.argmax(axis=1)]
    return pd.DataFrame({"recording_id": names, **columns, "predicted": predicted, "confidence": mean.max(axis=1)})


def class_numbers(names: pd.Series | np.ndarray, labels: list[str]) -> np.ndarray:
    """Index of each name (n,) in `labels`, which is sorted."""
    return np.searchsorted(np.array(labels, str), np.asarray(names, str))


def mean_by_recording(values: np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Mean of clips' values (n,) over each recording, in order of first appearance."""
    numbers, _ = recordings(table)
    return np.bincount(numbers, values) / np.bincount(numbers)


def recordings(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Number of each clip's recording (n,) in order of first appearance, and the recordings' names."""
    numbers, names = pd.factorize(table["recording_id"].to_numpy(dtype=object))
    return numbers, np.asarray(names, str)


def _first(values: pd.Series | np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Value (n,) of the first clip of each recording."""
    return np.asarray(values)[np.unique(recordings(table)[0], return_index=True)[1]]


def _summary(predictions: pd.DataFrame) -> dict[str, Any]:
    folds = [part for _, part in predictions.groupby("fold")]
    summary: dict[str, Any] = {}
    for name, measure in (("accuracy", accuracy), ("balanced_accuracy", balanced_accuracy)):
        values = np.array([measure(part) for part in folds])
        deviation = float(values.std(ddof=1)) if len(values) > 1 else ONE_FOLD
        summary |= {f"{name}_mean": float(values.mean()), f"{name}_sd": deviation}
    return summary
