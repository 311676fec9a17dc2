"""Gradient boosting on features: small trees, each mending what those before it got wrong (Friedman 2001)."""

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
    """How many trees of what depth, and how much of each is believed."""

    rounds: Annotated[int, Field(gt=0)] = 100  # a tree a label in each
    depth: Annotated[int, Field(gt=0)] = 3
    rate: Annotated[float, Field(gt=0, le=1)] = 0.1
    share: Annotated[float, Field(gt=0, le=1)] = 0.7  # of the examples drawn for a round


def fit(config: Config, examples: np.ndarray, classes: np.ndarray, count: int, seed: int) -> Arrays:
    """Grow the trees one round after another, each split chosen among the square root of the features."""
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=config.rounds,
        max_depth=config.depth,
        learning_rate=config.rate,
        subsample=config.share,
        max_features="sqrt",
        init="zero",  # labels weigh the same, so none starts ahead
        random_state=seed,
    )
    model.fit(np.asarray(examples, np.float32), classes, sample_weight=balanced(classes, count))
    return packed([tree.tree_ for tree in model.estimators_.ravel()])


def scores(config: Config, arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Add up what the trees say of each label: log-probabilities but for a constant."""
    examples = np.asarray(examples, np.float32)
    labels = len(arrays["roots"]) // config.rounds
    parts = [
        arrays["value"][leaves(arrays, examples[start : start + _ROWS]), 0].reshape(-1, config.rounds, labels).sum(1)
        for start in range(0, len(examples), _ROWS)
    ]
    sums = config.rate * np.concatenate([np.zeros((0, labels)), *parts])
    return sums if labels > 1 else np.hstack([-sums, sums]) / 2  # of two labels, the second's lead is all there is
