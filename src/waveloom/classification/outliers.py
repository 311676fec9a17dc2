"""Is a sound like those that were learned from at all: its distance from the nearest label's cloud of features."""

import warnings

import numpy as np

from waveloom.classification.classifiers import Arrays
from waveloom.features import scaling as scale


def fit(features: np.ndarray, classes: np.ndarray, count: int) -> Arrays:
    """Learn where the labels' centres are and how features spread about them, one spread for all.

    The spread is a covariance shrunk as Ledoit and Wolf (2004) say, so that few clips of many features serve.
    """
    from sklearn.covariance import LedoitWolf

    scaler = scale.fit(features)
    scaled = scale.apply(scaler, features).astype(np.float64)
    centres = np.stack([scaled[classes == label].mean(axis=0) for label in range(count)])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Only one sample available")
        spread = LedoitWolf(assume_centered=True).fit(scaled - centres[classes]).covariance_
    values, axes = np.linalg.eigh(spread)
    whitener = axes / np.sqrt(np.maximum(values, 1e-6))
    return {"mean": scaler.mean, "std": scaler.std, "centres": centres @ whitener, "whitener": whitener}


def distances(arrays: Arrays, features: np.ndarray) -> np.ndarray:
    """Mahalanobis distance of each row (n, d) to the nearest centre, (n,) (Lee et al. 2018, arXiv 1807.03888)."""
    scaled = scale.apply(scale.Scaler(arrays["mean"], arrays["std"]), features).astype(np.float64)
    white = scaled @ arrays["whitener"]
    return np.stack([np.linalg.norm(white - centre, axis=1) for centre in arrays["centres"]], axis=1).min(axis=1)
