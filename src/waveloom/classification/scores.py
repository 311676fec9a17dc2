"""How right, and how rightly sure, a classifier is. Answers are tables with columns actual, predicted, confidence."""

from typing import Any

import numpy as np
import pandas as pd

BINS = 10  # of confidence, equally wide


def accuracy(answers: pd.DataFrame) -> float:
    """The share of right answers, 0 to 1."""
    return float((answers["actual"] == answers["predicted"]).mean())


def balanced_accuracy(answers: pd.DataFrame) -> float:
    """The share of right answers, 0 to 1, where every label counts the same however many clips it has."""
    right = answers["actual"] == answers["predicted"]
    return float(right.groupby(answers["actual"]).mean().mean())


def by_label(answers: pd.DataFrame, labels: list[str]) -> dict[str, dict[str, Any]]:
    """Precision, recall and F1 of each label, 0 to 1, and how many there were; a label never named has precision 0."""
    from sklearn.metrics import precision_recall_fscore_support

    numbers = precision_recall_fscore_support(answers["actual"], answers["predicted"], labels=labels, zero_division=0)
    rows = zip(labels, *(values.tolist() for values in numbers), strict=True)
    return {name: {"precision": p, "recall": r, "f1": f, "count": int(n)} for name, p, r, f, n in rows}


def reliability(answers: pd.DataFrame) -> pd.DataFrame:
    """Of the answers of about the same confidence, how many are right.

    Columns confidence and accuracy (means, 0 to 1) and count; a row a bin, those without an answer left out.
    """
    place = np.minimum((answers["confidence"].to_numpy() * BINS).astype(int), BINS - 1)
    right = (answers["actual"] == answers["predicted"]).astype(float)
    grouped = pd.DataFrame({"confidence": answers["confidence"], "accuracy": right}).groupby(place)
    return grouped.mean().assign(count=grouped.size()).reset_index(drop=True)


def calibration_error(answers: pd.DataFrame) -> float:
    """Expected calibration error: the mean gap of confidence and accuracy over bins; 0 is best (Guo et al. 2017)."""
    bins = reliability(answers)
    return float(((bins["confidence"] - bins["accuracy"]).abs() * bins["count"]).sum() / bins["count"].sum())
