"""Outlier detection: Mahalanobis distance of features to the nearest label's mean (Lee et al. 2018)."""

import warnings

import numpy as np

from waveloom.classification.classifiers import Arrays
from waveloom.features.scaling import Scaler, apply
from waveloom.features.scaling import fit as fit_scaler


def fit(features: np.ndarray, classes: np.ndarray, count: int) -> Arrays:
    """Fit the mean of each label and one shared covariance, from features (n, d) and classes (n,).

    The covariance is shrunk (Ledoit and Wolf, 2004), so that few clips suffice for many features.
    """
    from sklearn.covariance import LedoitWolf

    scaler = fit_scaler(features)
    scaled = apply(scaler, features).astype(np.float64)
    means = np.stack([scaled[classes == label].mean(axis=0) for label in range(count)])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Only one sample available")
        covariance = LedoitWolf(assume_centered=True).fit(scaled - means[classes]).covariance_
    values, axes = np.linalg.eigh(covariance)
    whitener = axes / np.sqrt(np.maximum(values, 1e-6))
    return {"mean": scaler.mean, "std": scaler.std, "centres": means @ whitener, "whitener": whitener}


def distances(arrays: Arrays, features: np.ndarray) -> np.ndarray:
    """Distance of each row (n, d) to the nearest label's mean, in standard deviations: (n,)."""
    scaled = apply(Scaler(arrays["mean"], arrays["std"]), features).astype(np.float64)
    white = scaled @ arrays["whitener"]
    return np.stack([np.linalg.norm(white - centre, axis=1) for centre in arrays["centres"]], axis=1).min(axis=1)
