"""Gradient-boosted decision trees on features (Friedman 2001)."""

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
    """Number and depth of trees, learning rate and subsampling."""

    rounds: Annotated[int, Field(gt=0)] = 100  # boosting rounds; each adds one tree per label
    depth: Annotated[int, Field(gt=0)] = 3
    rate: Annotated[float, Field(gt=0, le=1)] = 0.1  # learning rate
    share: Annotated[float, Field(gt=0, le=1)] = 0.7  # fraction of the examples drawn for each round


def fit(config: Config, examples: np.ndarray, classes: np.ndarray, count: int, seed: int) -> Arrays:
    """Fit the trees round by round; each split considers the square root of the number of features."""
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=config.rounds,
        max_depth=config.depth,
        learning_rate=config.rate,
        subsample=config.share,
        max_features="sqrt",
        init="zero",  # labels have equal weights, so equal priors
        random_state=seed,
    )
    model.fit(np.asarray(examples, np.float32), classes, sample_weight=balanced_weights(classes, count))
    return trees_to_arrays([tree.tree_ for tree in model.estimators_.ravel()])


def scores(config: Config, arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Sum of the trees' values for each label: log-probabilities up to a constant."""
    examples = np.asarray(examples, np.float32)
    labels = len(arrays["roots"]) // config.rounds
    parts = [
        arrays["value"][leaves(arrays, examples[start : start + _ROWS]), 0].reshape(-1, config.rounds, labels).sum(1)
        for start in range(0, len(examples), _ROWS)
    ]
    sums = config.rate * np.concatenate([np.zeros((0, labels)), *parts])
    # For two labels scikit-learn stores only the log-odds of the second one.
    return sums if labels > 1 else np.hstack([-sums, sums]) / 2
