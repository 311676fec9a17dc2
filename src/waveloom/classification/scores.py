"""Accuracy and calibration of predictions: tables with columns actual, predicted, confidence."""

from typing import Any

import numpy as np
import pandas as pd

BINS = 10  # of confidence, equally wide


def accuracy(predictions: pd.DataFrame) -> float:
    """Share of correct predictions, 0 to 1."""
    return float((predictions["actual"] == predictions["predicted"]).mean())


def balanced_accuracy(predictions: pd.DataFrame) -> float:
    """Mean over labels of the share of correct predictions, 0 to 1."""
    correct = predictions["actual"] == predictions["predicted"]
    return float(correct.groupby(predictions["actual"]).mean().mean())


def by_label(predictions: pd.DataFrame, labels: list[str]) -> dict[str, dict[str, Any]]:
    """Precision, recall, F1 (0 to 1) and count of each label; a label that is never predicted has precision 0."""
    from sklearn.metrics import precision_recall_fscore_support

    actual, predicted = predictions["actual"], predictions["predicted"]
    numbers = precision_recall_fscore_support(actual, predicted, labels=labels, zero_division=0)
    rows = zip(labels, *(values.tolist() for values in numbers), strict=True)
    return {name: {"precision": p, "recall": r, "f1": f, "count": int(n)} for name, p, r, f, n in rows}


def reliability(predictions: pd.DataFrame) -> pd.DataFrame:
    """Reliability diagram: mean confidence and accuracy (0 to 1) and count of each non-empty bin of confidence."""
    bin_index = np.minimum((predictions["confidence"].to_numpy() * BINS).astype(int), BINS - 1)
    correct = (predictions["actual"] == predictions["predicted"]).astype(float)
    grouped = pd.DataFrame({"confidence": predictions["confidence"], "accuracy": correct}).groupby(bin_index)
    return grouped.mean().assign(count=grouped.size()).reset_index(drop=True)


def calibration_error(predictions: pd.DataFrame) -> float:
    """Expected calibration error: mean over bins of |confidence - accuracy|; 0 is best (Guo et al. 2017)."""
    bins = reliability(predictions)
    return float(((bins["confidence"] - bins["accuracy"]).abs() * bins["count"]).sum() / bins["count"].sum())
