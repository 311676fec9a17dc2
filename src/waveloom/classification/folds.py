"""Group-wise folds of the development splits: no group is in two folds.

The number of folds is limited by the number of groups outside the test split: the label with the fewest groups, among
the labels with two or more, sets the limit. A label with one group is used for training, but no fold tests it.
"""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from waveloom.config.errors import name_list

DEVELOPMENT = ("train", "validation")  # the splits for model selection and fitting
ONE_FOLD = "not measured: only one fold could be tested"  # of a deviation over folds
Fold = tuple[np.ndarray, np.ndarray]


def development(table: pd.DataFrame) -> pd.DataFrame:
    """The rows outside the test split."""
    return table[table["split"].isin(DEVELOPMENT)]


def grouped_folds(table: pd.DataFrame, folds: int, seed: int, labels: int = 1) -> Iterator[Fold]:
    """Stratified group-wise folds: training and test row numbers of each.

    There are `folds`, or as many as `fold_count` allows. Rows whose label is not in a fold's training rows are not
    tested; a fold without test rows, or with fewer than `labels` labels to train on, is left out.
    """
    count, names = fold_count(table, folds), table["label"].to_numpy(dtype=str)
    for train, test in _split(table, count, seed) if count else []:
        trained_labels = np.unique(names[train])
        test = test[np.isin(names[test], trained_labels)]
        if len(test) and len(trained_labels) >= labels:
            yield train, test


def fold_count(table: pd.DataFrame, folds: int) -> int:
    """Number of folds that the rows allow, at most `folds`: 2 or more, or 0 if no label has two groups."""
    groups = table.groupby("label")["group"].nunique()
    return int(min(folds, groups[groups > 1].min())) if (groups > 1).any() else 0


def omissions(table: pd.DataFrame, folds: int, parameter: str) -> dict[str, str]:
    """Measurements of a classifier that `table` (columns label, group, split) does not allow: {name: reason}.

    `parameter` is the name of the parameter that sets `folds`. Empty if everything can be measured, or there are fewer
    than two labels.
    """
    labelled = development(table)
    groups = labelled.groupby("label")["group"].nunique()
    if len(groups) < 2:
        return {}
    missing, count = {}, fold_count(labelled, folds)
    if not count:
        missing["cross_validation"] = "no label has recordings of two groups outside the test split"
    elif count < folds:
        label = groups[groups > 1].idxmin()
        missing["folds"] = (
            f"{count} in place of {parameter} = {folds}: {label!r} has {count} groups outside the test split"
        )
    if count and (groups == 1).any():
        single = name_list(groups.index[groups == 1])
        missing["cross_validated_labels"] = f"one group outside the test split, so learned but not tested: {single}"
    return missing | _untested(table, list(groups.index))


def _untested(table: pd.DataFrame, trained_labels: list[str]) -> dict[str, str]:
    tested = set(table.loc[table["split"] == "test", "label"])
    if not tested & set(trained_labels):
        return {"test": "no recording of a learned label is in the test split"}
    missing = [label for label in trained_labels if label not in tested]
    return {"tested_labels": f"no recording in the test split: {name_list(missing)}"} if missing else {}


def _split(table: pd.DataFrame, folds: int, seed: int) -> list[Fold]:
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")  # it is tested in fewer folds
        return list(splitter.split(table, table["label"].to_numpy(dtype=str), table["group"].to_numpy(dtype=str)))
