"""Random forest on features: many trees, each grown on a draw of the examples, vote."""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.classification.classifiers import Arrays
from waveloom.classification.classifiers._trees import leaves, packed
from waveloom.classification.classifiers._weights import balanced
from waveloom.config.checked import checked_dataclass

NEEDS = "features"
_ROWS = 256  # walked at once


@checked_dataclass
class Config:
    """How many trees, and how fine."""

    trees: Annotated[int, Field(gt=0)] = 200
    min_leaf: Annotated[int, Field(gt=0)] = 2  # examples


def fit(config: Config, examples: np.ndarray, classes: np.ndarray, count: int, seed: int) -> Arrays:
    """Grow the trees, each split chosen among the square root of the features."""
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(config.trees, min_samples_leaf=config.min_leaf, random_state=seed, n_jobs=2)
    model.fit(np.asarray(examples, np.float32), classes, sample_weight=balanced(classes, count))
    arrays = packed([tree.tree_ for tree in model.estimators_])
    return {**arrays, "value": arrays["value"].astype(np.float32)}


def scores(config: Config, arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Logarithm of the share of each label in the leaves an example ends in, half a tree's vote given to all labels."""
    examples = np.asarray(examples, np.float32)
    count = arrays["value"].shape[1]
    parts = [
        arrays["value"][leaves(arrays, examples[start : start + _ROWS])].mean(axis=1, dtype=np.float64)
        for start in range(0, len(examples), _ROWS)
    ]
    votes = np.concatenate([np.zeros((0, count)), *parts]) * config.trees
    return np.log((votes + 0.5 / count) / (config.trees + 0.5))
