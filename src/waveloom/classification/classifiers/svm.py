"""One-vs-rest support vector machines with Gaussian kernels on standardised features."""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.classification.classifiers import Arrays
from waveloom.config.checked import checked_dataclass
from waveloom.features.pairwise_distances import squared_distances
from waveloom.features.scaling import Scaler, apply
from waveloom.features.scaling import fit as fit_scaler

NEEDS = "features"
_ROWS = 512  # examples scored at once


@checked_dataclass
class Config:
    """Regularisation and kernel width."""

    c: Annotated[float, Field(gt=0)] = 10.0  # penalty of a margin violation
    width: Annotated[float, Field(gt=0)] = 1.0  # of the kernel, times the square root of the number of features


def fit(config: Config, examples: np.ndarray, classes: np.ndarray, count: int, seed: int) -> Arrays:
    """Fit one machine per label; deterministic, so `seed` is not used. Only support vectors are stored."""
    scaler = fit_scaler(examples)
    scaled = apply(scaler, examples).astype(np.float64)
    gamma = 1 / (config.width**2 * scaled.shape[1])
    machines = [_machine(config.c, gamma, scaled, classes == label) for label in range(count)]
    weights = np.stack([weight for weight, _ in machines], axis=1)
    used = np.flatnonzero(weights.any(axis=1))
    return {
        "mean": scaler.mean,
        "std": scaler.std,
        "gamma": np.array(gamma),
        "support": scaled[used].astype(np.float32),
        "weights": weights[used],
        "bias": np.array([bias for _, bias in machines]),
    }


def scores(config: Config, arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Decision function of each label's machine; 1 is the margin."""
    scaled = apply(Scaler(arrays["mean"], arrays["std"]), examples).astype(np.float64)
    support = arrays["support"].astype(np.float64)
    parts = [
        np.exp(-arrays["gamma"] * squared_distances(scaled[start : start + _ROWS], support)) @ arrays["weights"]
        for start in range(0, len(scaled), _ROWS)
    ]
    return np.concatenate([np.zeros((0, len(arrays["bias"]))), *parts]) + arrays["bias"]


def _machine(c: float, gamma: float, scaled: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, float]:
    """Fit one label against the rest: dual coefficient of each example (n,), and bias."""
    from sklearn.svm import SVC

    model = SVC(C=c, gamma=gamma, class_weight="balanced").fit(scaled, inside)
    weight = np.zeros(len(scaled))
    weight[model.support_] = model.dual_coef_[0]
    return weight, float(model.intercept_[0])
