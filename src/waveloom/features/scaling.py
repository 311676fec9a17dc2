"""Standardisation of features: zero mean and unit variance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waveloom.config.errors import InputError
from waveloom.features.table import feature_columns

ScalerDict = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Scaler:
    """Mean and standard deviation of each column, float64, shape (columns,), and the columns' names, if any."""

    mean: np.ndarray
    std: np.ndarray
    columns: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, dict[str, float]]:
        """The scaler as {column: {mean, std}}, which `scaler_from_dict` reads without loss."""
        values = zip(self.columns, self.mean.tolist(), self.std.tolist(), strict=True)
        return {name: {"mean": mean, "std": std} for name, mean, std in values}


def fit_rows(table: pd.DataFrame, rows: np.ndarray) -> Scaler:
    """Fit to the rows of a feature table that the mask `rows` selects, column by column to save memory."""
    columns = _names(table)
    values = (table[name].to_numpy()[rows].astype(np.float64) for name in columns) if rows.any() else ()
    return _scaler(np.array([[column.mean(), column.std()] for column in values]).T, columns)


def fit(features: pd.DataFrame | np.ndarray) -> Scaler:
    """Fit to a feature table or a matrix (n, columns); use training rows only."""
    if isinstance(features, pd.DataFrame):
        return fit_rows(features, np.full(len(features), True))
    matrix = _matrix(features)
    return _scaler(np.array([matrix.mean(axis=0), matrix.std(axis=0)]) if len(matrix) else matrix, ())


def _scaler(moments: np.ndarray, columns: tuple[str, ...]) -> Scaler:
    if not moments.size:
        raise InputError("There are no rows to fit a scaler on; it needs at least one clip of the training split.")
    mean, std = moments
    # A constant column is not divided; a deviation due to float32 rounding counts as constant.
    constant = std <= np.maximum(1e-6 * np.abs(mean), np.finfo(np.float32).tiny)
    return Scaler(mean, np.where(constant, 1.0, std), columns)


def scaler_from_dict(values: ScalerDict) -> Scaler:
    """Inverse of `Scaler.to_dict`."""
    mean, std = (
        np.array([column[statistic] for column in values.values()], np.float64) for statistic in ("mean", "std")
    )
    return Scaler(mean, std, tuple(values))


def apply(scaler: Scaler, features: pd.DataFrame | np.ndarray) -> np.ndarray:
    """Standardise features: (n, columns) float32; fitted rows get mean 0 and deviation 1."""
    matrix, columns = _matrix(features), _names(features)
    if matrix.shape[1] != len(scaler.mean):
        raise InputError(f"The features have {matrix.shape[1]} columns; the scaler was fitted on {len(scaler.mean)}.")
    if columns and scaler.columns and columns != scaler.columns:
        other = next(pair for pair in zip(columns, scaler.columns, strict=True) if pair[0] != pair[1])
        raise InputError(f"The features have a column {other[0]} where the scaler has {other[1]}; run features again.")
    return ((matrix - scaler.mean) / scaler.std).astype(np.float32)


def _names(features: pd.DataFrame | np.ndarray) -> tuple[str, ...]:
    return tuple(feature_columns(features)) if isinstance(features, pd.DataFrame) else ()


def _matrix(features: pd.DataFrame | np.ndarray) -> np.ndarray:
    values = features[feature_columns(features)].to_numpy() if isinstance(features, pd.DataFrame) else features
    return np.asarray(values, np.float64)
