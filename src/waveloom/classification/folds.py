"""Which clips a classifier may learn from, and their folds; no group is in two folds.

A label has as many folds as it has groups outside the test split. The label of fewest groups, of those that have two or
more, sets the number for all; a label of one group is learned, but no fold can test it.
"""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from waveloom.config.errors import name_list

DEVELOPMENT = ("train", "validation")  # the splits it is chosen and fitted on
ONE_FOLD = "not measured: one fold alone could be judged"  # of a deviation over folds
Fold = tuple[np.ndarray, np.ndarray]


def development(table: pd.DataFrame) -> pd.DataFrame:
    """The rows outside the test split."""
    return table[table["split"].isin(DEVELOPMENT)]


def grouped_folds(table: pd.DataFrame, folds: int, seed: int, labels: int = 1) -> Iterator[Fold]:
    """Part the rows into folds, labels spread evenly: positions to learn from and positions to be judged on.

    There are `folds`, or as many as `fold_count` allows. Rows whose label no other fold holds are judged in none; a
    fold without rows to judge, or with fewer than so many `labels` to learn from, is left out.
    """
    count, names = fold_count(table, folds), table["label"].to_numpy(dtype=str)
    for learned, judged in _split(table, count, seed) if count else []:
        known = np.unique(names[learned])
        judged = judged[np.isin(names[judged], known)]
        if len(judged) and len(known) >= labels:
            yield learned, judged


def fold_count(table: pd.DataFrame, folds: int) -> int:
    """How many folds the rows allow, at most `folds`: 2 or more, or 0 where no label has two groups."""
    groups = table.groupby("label")["group"].nunique()
    return int(min(folds, groups[groups > 1].min())) if (groups > 1).any() else 0


def omissions(table: pd.DataFrame, folds: int, knob: str) -> dict[str, str]:
    """Say what cannot be measured of a classifier of `table` (columns label, group, split), and why; `knob` sets folds.

    Empty where everything can be measured, and where there are fewer than two labels.
    """
    known = development(table)
    groups = known.groupby("label")["group"].nunique()
    if len(groups) < 2:
        return {}
    missing, count = {}, fold_count(known, folds)
    if not count:
        missing["cross_validation"] = "no label has recordings of two groups outside the test split"
    elif count < folds:
        label = groups[groups > 1].idxmin()
        missing["folds"] = f"{count} in place of {knob} = {folds}: {label!r} has {count} groups outside the test split"
    if count and (groups == 1).any():
        alone = name_list(groups.index[groups == 1])
        missing["cross_validated_labels"] = f"one group outside the test split, so learned but not judged: {alone}"
    return missing | _untested(table, list(groups.index))


def _untested(table: pd.DataFrame, known: list[str]) -> dict[str, str]:
    tested = set(table.loc[table["split"] == "test", "label"])
    if not tested & set(known):
        return {"test": "no recording of a learned label is in the test split"}
    missing = [label for label in known if label not in tested]
    return {"tested_labels": f"no recording in the test split: {name_list(missing)}"} if missing else {}


def _split(table: pd.DataFrame, folds: int, seed: int) -> list[Fold]:
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")  # it is judged in fewer folds
        return list(splitter.split(table, table["label"].to_numpy(dtype=str), table["group"].to_numpy(dtype=str)))
