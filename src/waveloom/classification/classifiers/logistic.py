"""Logistic regression on scaled features: one weighted sum a label."""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.classification.classifiers import Arrays
from waveloom.classification.classifiers._weights import balanced
from waveloom.config.checked import checked_dataclass
from waveloom.features import scaling as scale

NEEDS = "features"


@checked_dataclass
class Config:
    """How freely weights may grow."""

    c: Annotated[float, Field(gt=0)] = 0.1  # the inverse of the penalty on squared weights


def fit(config: Config, examples: np.ndarray, classes: np.ndarray, count: int, seed: int) -> Arrays:
    """Fit by maximum likelihood with a penalty; nothing in it is random, so `seed` is not used."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    scaler = scale.fit(examples)
    model = LogisticRegression(C=config.c, max_iter=1000)
    # Products this small gain nothing from a second thread, and wait for it where others use the processor.
    with threadpool_limits(1):
        model.fit(scale.apply(scaler, examples), classes, sample_weight=balanced(classes, count))
    weights, bias = model.coef_.T, model.intercept_
    if count == 2:  # scikit-learn keeps one sum, the second label's lead over the first
        weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return {"mean": scaler.mean, "std": scaler.std, "weights": weights, "bias": bias}


def scores(config: Config, arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Sum up: log-probabilities but for a constant."""
    scaled = scale.apply(scale.Scaler(arrays["mean"], arrays["std"]), examples)
    return scaled @ arrays["weights"] + arrays["bias"]
