"""Which clips a classifier may learn from, and their folds; no group is in two folds."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from waveloom.errors import InputError

DEVELOPMENT = ("train", "validation")  # the splits it is chosen and fitted on


def development(table: pd.DataFrame) -> pd.DataFrame:
    """The rows outside the test split."""
    return table[table["split"].isin(DEVELOPMENT)]


def grouped_folds(table: pd.DataFrame, folds: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Part the rows into `folds`, labels spread evenly: positions to learn from and positions to be judged on."""
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return splitter.split(table, table["label"].to_numpy(dtype=str), table["group"].to_numpy(dtype=str))


def check_folds(table: pd.DataFrame, folds: int, knob: str) -> None:
    """Raise an InputError unless every label has, outside the test split, a group for each fold; `knob` sets them."""
    known = development(table)
    groups = known.groupby("label")["group"].nunique().reindex(sorted(set(table["label"])), fill_value=0)
    label, fewest = str(groups.idxmin()), int(groups.min())
    if fewest < folds:
        clips = int((known["label"] == label).sum())
        lower = f"Set {knob} to {fewest}, or give" if fewest >= 2 else "Give"
        raise InputError(
            f"Label {label!r} has {clips} clips from {fewest} groups outside the test split; {knob} is {folds} "
            f"and each fold needs a group of its own. {lower} the label recordings of more groups, or leave it out."
        )
