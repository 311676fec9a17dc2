"""Trying a classifier: what it makes of recordings it did not learn from."""

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
_NEVER = -1e9  # score of a class that was not learned: its probability is 0 at every temperature


@dataclass(frozen=True)
class Trial:
    """What a candidate answers out of fold, a row a recording, and how well on average, with the deviation over folds.

    `uncalibrated` are the answers as they are without the temperature.
    """

    candidate: Candidate
    temperature: float
    answers: pd.DataFrame
    uncalibrated: pd.DataFrame
    summary: dict[str, Any]
    folds: int


def attempt(candidate: Candidate, examples: np.ndarray, table: pd.DataFrame, splits: Splits, seed: int) -> Trial:
    """Let the candidate learn from all folds but one and judge that one, in turn; examples (n, ...) are the table's.

    `splits` are row numbers to learn from and to judge, for each fold; a recording is in one fold, or in none, and then
    it has no answer. The temperature is fitted to all those answers: none was learned from.
    """
    labels = sorted(set(table["label"]))
    classes = class_numbers(table["label"], labels)
    scores, fold = np.zeros((len(table), len(labels))), np.full(len(table), -1)
    for number, (known, judged) in enumerate(splits):
        taught = examples[known], classes[known]
        scores[judged] = learned_scores(candidate, *taught, len(labels), seed, examples[judged])
        fold[judged] = number
    table, scores, fold = table[fold >= 0], scores[fold >= 0], fold[fold >= 0]
    numbers, _ = recordings(table)
    temperature = calibration.temperature(scores, numbers, class_numbers(_first(table["label"], table), labels))
    answers, raw = (answers_of(calibration.softmax(scores / t), table, labels) for t in (temperature, 1.0))
    summary = _summary(answers.assign(fold=_first(fold, table)))
    return Trial(candidate, temperature, answers, raw, summary, len(set(fold)))


def fit(
    candidate: Candidate, examples: np.ndarray, classes: np.ndarray, count: int, seed: int
) -> dict[str, np.ndarray]:
    """Let the candidate learn."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater")  # for few examples
        return dict(candidate.module.fit(candidate.config, examples, classes, count, seed))


def learned_scores(
    candidate: Candidate, examples: np.ndarray, classes: np.ndarray, count: int, seed: int, unseen: np.ndarray
) -> np.ndarray:
    """Let the candidate learn and score `unseen` examples: (n, count), a class without an example far below all."""
    present, own = np.unique(classes, return_inverse=True)
    learned = fit(candidate, examples, own, len(present), seed)
    scores = np.full((len(unseen), count), _NEVER)
    scores[:, present] = candidate.module.scores(candidate.config, learned, unseen)
    return scores


def answers_of(probable: np.ndarray, table: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """From clips' probabilities (n, labels) to what each recording is taken for.

    Columns recording_id, group, actual, predicted, confidence (0 to 1); clips' probabilities are averaged.
    """
    numbers, names = recordings(table)
    mean = calibration.by_recording(probable, numbers)
    columns = {"group": _first(table["group"], table), "actual": _first(table["label"], table)}
    predicted = np.array(labels)[mean.argmax(axis=1)]
    return pd.DataFrame({"recording_id": names, **columns, "predicted": predicted, "confidence": mean.max(axis=1)})


def class_numbers(names: pd.Series | np.ndarray, labels: list[str]) -> np.ndarray:
    """Number labels (n,) as `labels`, which is sorted, orders them."""
    return np.searchsorted(np.array(labels, str), np.asarray(names, str))


def by_recording(values: np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Mean of clips' values (n,) over each recording, in order of first appearance."""
    numbers, _ = recordings(table)
    return np.bincount(numbers, values) / np.bincount(numbers)


def recordings(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Number the recording of each clip (n,) in order of first appearance, and name the recordings."""
    numbers, names = pd.factorize(table["recording_id"].to_numpy(dtype=object))
    return numbers, np.asarray(names, str)


def _first(values: pd.Series | np.ndarray, table: pd.DataFrame) -> np.ndarray:
    return np.asarray(values)[np.unique(recordings(table)[0], return_index=True)[1]]


def _summary(answers: pd.DataFrame) -> dict[str, Any]:
    folds = [part for _, part in answers.groupby("fold")]
    summary: dict[str, Any] = {}
    for name, measure in (("accuracy", accuracy), ("balanced_accuracy", balanced_accuracy)):
        values = np.array([measure(part) for part in folds])
        spread = float(values.std(ddof=1)) if len(values) > 1 else ONE_FOLD
        summary |= {f"{name}_mean": float(values.mean()), f"{name}_sd": spread}
    return summary
