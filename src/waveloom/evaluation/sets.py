"""Which sounds are compared with which: chosen by a seed, never by ear."""

import numpy as np
import pandas as pd

from waveloom.errors import InputError


def references(index: pd.DataFrame, count: int, seed: int) -> tuple[np.ndarray, np.ndarray, str]:
    """Choose the real sounds to judge by and other real sounds for the floor: rows, rows, and what they are.

    Both come from recordings that the generator never heard: the test split and the validation split, or, where
    there is no validation split, two halves of the test split. `count` bounds each; no group is in both.
    """
    test, validation = (np.flatnonzero(index["split"] == split) for split in ("test", "validation"))
    needed = 2 if len(validation) >= 2 else 4
    if len(test) < needed:
        raise InputError(
            f"The test split holds {len(test)} clips; evaluate needs {needed} or more real sounds to compare with. "
            "Raise ingest.test or add recordings."
        )
    if len(validation) >= 2:
        return choose(index, test, count, seed), choose(index, validation, count, seed), "the validation split"
    one, other = _halves(index, test, seed)
    return choose(index, one, count, seed), choose(index, other, count, seed), "the other half of the test split"


def choose(index: pd.DataFrame, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Draw up to `count` of `rows`, the same number of each label as far as the labels reach; sorted."""
    drawn = np.random.default_rng(seed).permutation(rows)
    labels = index["label"].iloc[drawn]
    turn = labels.groupby(labels.to_numpy()).cumcount().to_numpy()
    return np.sort(drawn[np.argsort(turn, kind="stable")][:count])


def wanted_labels(labels: list[str], count: int) -> list[str] | None:
    """Ask for each of the model's labels equally often, in turn: at most `count` of them, or None without labels."""
    if not labels:
        return None
    if count < 2 * len(labels):
        raise InputError(
            f"evaluate.samples is {count}; the generator knows {len(labels)} labels and each is judged by two sounds "
            f"or more. Set it to at least {2 * len(labels)}."
        )
    return labels * (count // len(labels))


def _halves(index: pd.DataFrame, rows: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    groups = index["group"].to_numpy()[rows]
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    first = np.isin(groups, names[::2])
    # Too few sounds on a side: one group holds nearly all, and single clips must be parted instead.
    if min(first.sum(), (~first).sum()) < 2:
        first = np.arange(len(rows)) % 2 == 0
    return rows[first], rows[~first]
