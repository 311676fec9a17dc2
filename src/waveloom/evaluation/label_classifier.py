"""A judge of what a sound is: logistic regression on the feature table, proved on recordings it never heard.

Chosen by measurement over spoken digits, environmental sounds and instruments: within one standard deviation of a
support vector machine on all three, a few points below a forest on two, for a fifteenth of a forest's time or less;
its cost grows in step with the number of clips and nothing in it is random.
"""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from waveloom.classification.folds import ONE_FOLD, development, grouped_folds
from waveloom.classification.scores import accuracy, balanced_accuracy
from waveloom.features.table import feature_columns

__all__ = ["accuracy", "balanced_accuracy", "cross_validate", "development", "fit", "predict", "predict_rows"]


NO_FOLDS = "not measured: no label has sounds of two groups outside the test split, so no fold could be judged"
_MEASURES = {"accuracy": accuracy, "balanced_accuracy": balanced_accuracy}


def cross_validate(table: pd.DataFrame, folds: int, seed: int) -> tuple[dict[str, float | str], pd.DataFrame]:
    """Fit on all folds but one and predict that one, in turn, over the development splits; no group is in two folds.

    Gives mean and standard deviation over folds of accuracy and balanced accuracy (0 to 1), and one row a clip of
    `actual` and `predicted` labels. There are as many folds as `fold_count` allows; what no fold could judge has no
    row, and a number that cannot be had is a reason.
    """
    known = development(table)
    parts = [_predict_fold(known, train, test) for train, test in grouped_folds(known, folds, seed, labels=2)]
    scores = np.array([[measure(part) for measure in _MEASURES.values()] for part in parts])
    names = [f"{name}_{of}" for of in ("mean", "sd") for name in _MEASURES]
    if not parts:
        return dict.fromkeys(names, NO_FOLDS), pd.DataFrame({"actual": [], "predicted": []}, dtype=str)
    several = len(parts) > 1
    sd = scores.std(axis=0, ddof=1).tolist() if several else [ONE_FOLD] * len(_MEASURES)
    summary = dict(zip(names, [*scores.mean(axis=0).tolist(), *sd], strict=True))
    return summary, pd.concat(parts, ignore_index=True)


def folds_used(table: pd.DataFrame, folds: int, seed: int) -> int | str:
    """How many folds `cross_validate` tests, or the reason why none."""
    return sum(1 for _ in grouped_folds(development(table), folds, seed, labels=2)) or NO_FOLDS


def fit(table: pd.DataFrame) -> Any:
    """Fit the judge on the rows of `table`: it answers `predict(features)`, (n, d) -> (n,) labels."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000, class_weight="balanced"))
    # Products this small gain nothing from a second thread, and wait for it where others use the processor.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater")  # for few sounds
        return judge.fit(*_known(table))


def predict_rows(judge: Any, table: pd.DataFrame) -> pd.DataFrame:
    """Name every row of `table`: columns `actual` and `predicted`."""
    return predict(judge, *_known(table))


def predict(judge: Any, features: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Name every row of features (n, d): columns `actual`, the `labels` given, and `predicted`."""
    return pd.DataFrame({"actual": labels.astype(str), "predicted": judge.predict(features)})


def _predict_fold(table: pd.DataFrame, train: np.ndarray, test: np.ndarray) -> pd.DataFrame:
    return predict_rows(fit(table.iloc[train]), table.iloc[test])


def _known(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return table[feature_columns(table)].to_numpy(), table["label"].to_numpy(dtype=str)
