"""Put features of different units on one scale."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waveloom.errors import InputError
from waveloom.features.table import feature_columns


@dataclass(frozen=True)
class Scaler:
    """What `apply` takes off and divides by: mean and standard deviation of each column, float64, shape (columns,)."""

    mean: np.ndarray
    std: np.ndarray


def fit(features: pd.DataFrame | np.ndarray) -> Scaler:
    """Learn each column's mean and spread from a feature table or a matrix (n, columns); fit on training rows only."""
    matrix = _matrix(features)
    if not len(matrix):
        raise InputError("There are no rows to fit a scaler on; it needs at least one clip of the training split.")
    mean, std = matrix.mean(axis=0), matrix.std(axis=0)
    # A constant column keeps its unit; what float32 rounding spreads around a constant counts as constant.
    constant = std <= np.maximum(1e-6 * np.abs(mean), np.finfo(np.float32).tiny)
    return Scaler(mean, np.where(constant, 1.0, std))


def apply(scaler: Scaler, features: pd.DataFrame | np.ndarray) -> np.ndarray:
    """Centre and scale: the rows that were fitted come out with mean 0 and deviation 1; (n, columns) float32."""
    matrix = _matrix(features)
    if matrix.shape[1] != len(scaler.mean):
        raise InputError(f"The features have {matrix.shape[1]} columns; the scaler was fitted on {len(scaler.mean)}.")
    return ((matrix - scaler.mean) / scaler.std).astype(np.float32)


def _matrix(features: pd.DataFrame | np.ndarray) -> np.ndarray:
    values = features[feature_columns(features)].to_numpy() if isinstance(features, pd.DataFrame) else features
    return np.asarray(values, np.float64)
