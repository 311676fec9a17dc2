"""Logistic regression on standardised features."""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.classification.classifiers import Arrays
from waveloom.classification.logistic_regression import fit_logistic_regression
from waveloom.config.checked import checked_dataclass
from waveloom.features.scaling import Scaler, apply
from waveloom.features.scaling import fit as fit_scaler

NEEDS = "features"


@checked_dataclass
class Config:
    """Strength of the regularisation."""

    c: Annotated[float, Field(gt=0)] = 0.1  # inverse of the L2 penalty


def fit(config: Config, examples: np.ndarray, classes: np.ndarray, count: int, seed: int) -> Arrays:
    """Fit by penalised maximum likelihood; deterministic, so `seed` is not used."""
    scaler = fit_scaler(examples)
    model = fit_logistic_regression(apply(scaler, examples), classes, config.c)
    weights, bias = model.coef_.T, model.intercept_
    if count == 2:  # scikit-learn stores the log-odds of the second label
        weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return {"mean": scaler.mean, "std": scaler.std, "weights": weights, "bias": bias}


def scores(config: Config, arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Weighted sums of features: log-probabilities up to a constant."""
    scaled = apply(Scaler(arrays["mean"], arrays["std"]), examples)
    return scaled @ arrays["weights"] + arrays["bias"]
