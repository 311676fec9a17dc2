"""Logistic regression with balanced classes: shared by the classifiers and the evaluation."""

import warnings
from typing import Any

import numpy as np


def fit_logistic_regression(scaled: np.ndarray, labels: np.ndarray, c: float = 0.1) -> Any:
    """Fit scikit-learn's LogisticRegression to standardised features (n, d) and labels (n,); deterministic.

    `c` is the inverse of the L2 penalty. Every label has the same total weight, whatever its number of examples.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    # Matrix products this small are slower with a second thread if other processes use the processor.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater")  # for few examples
        return LogisticRegression(C=c, max_iter=1000, class_weight="balanced").fit(scaled, labels)
