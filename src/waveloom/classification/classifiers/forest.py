"""Random forest on features."""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.classification.classifiers import Arrays
from waveloom.classification.classifiers._class_weights import balanced_weights
from waveloom.classification.classifiers._trees import leaves, trees_to_arrays
from waveloom.config.checked import checked_dataclass

NEEDS = "features"
_ROWS = 256  # examples scored at once


@checked_dataclass
class Config:
    """Number of trees and size of their leaves."""

    trees: Annotated[int, Field(gt=0)] = 200
    min_leaf: Annotated[int, Field(gt=0)] = 2  # examples


def fit(config: Config, examples: np.ndarray, classes: np.ndarray, count: int, seed: int) -> Arrays:
    """Fit the trees; each split considers the square root of the number of features."""
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(config.trees, min_samples_leaf=config.min_leaf, random_state=seed, n_jobs=2)
    model.fit(np.asarray(examples, np.float32), classes, sample_weight=balanced_weights(classes, count))
    arrays = trees_to_arrays([tree.tree_ for tree in model.estimators_])
    return {**arrays, "value": arrays["value"].astype(np.float32)}


def scores(config: Config, arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Log of the mean label frequencies in the leaves of an example.

    Additive smoothing: half a tree's vote, divided equally among the labels.
    """
    examples = np.asarray(examples, np.float32)
    count = arrays["value"].shape[1]
    parts = [
        arrays["value"][leaves(arrays, examples[start : start + _ROWS])].mean(axis=1, dtype=np.float64)
        for start in range(0, len(examples), _ROWS)
    ]
    votes = np.concatenate([np.zeros((0, count)), *parts]) * config.trees
    return np.log((votes + 0.5 / count) / (config.trees + 0.5))
