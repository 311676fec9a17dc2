"""Which sounds are compared with which: chosen by a seed, never by ear."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waveloom.config.errors import InputError

NO_FLOOR = "not there: there is no validation split, and the test split is too small to be halved"


@dataclass(frozen=True)
class References:
    """Rows of the clip index: `real` sounds to judge by, `other` real ones for the floor, and some trained on.

    `floor` says what the other ones are.
    """

    real: np.ndarray
    other: np.ndarray
    train: np.ndarray
    floor: str


def references(index: pd.DataFrame, count: int, training: int, seed: int) -> References:
    """Choose real sounds: `real` and `other` from recordings the generator never heard, `train` from those it did.

    The first two are of the test split and the validation split, or, where there is no validation split, two halves
    of the test split. `count` bounds each, `training` the last; no group is in two of them, unless one holds nearly all
    of the test split, which `floor` then says. Where the recordings are too few for a split, a set is empty.
    """
    splits = {name: np.flatnonzero(index["split"] == name) for name in ("train", "validation", "test")}
    real, other, floor = _unheard(index, splits["test"], splits["validation"], seed)
    if not len(splits["train"]):
        raise InputError("There are no clips of the training split; lower ingest.validation or ingest.test.")
    train = choose(index, splits["train"], training, seed)
    return References(choose(index, real, count, seed), choose(index, other, count, seed), train, floor)


def _unheard(
    index: pd.DataFrame, test: np.ndarray, validation: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, str]:
    if len(validation) < 2 and len(test) >= 4:
        return _halves(index, test, seed)
    return test, validation, "the validation split" if len(validation) else NO_FLOOR


def choose(index: pd.DataFrame, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Draw up to `count` of `rows`, the same number of each label as far as the labels reach; sorted."""
    drawn = np.random.default_rng(seed).permutation(rows)
    labels = index["label"].iloc[drawn]
    turn = labels.groupby(labels.to_numpy()).cumcount().to_numpy()
    return np.sort(drawn[np.argsort(turn, kind="stable")][:count])


def wanted_labels(labels: list[str], count: int) -> list[str] | None:
    """Ask for each of the model's labels equally often, in turn, or None without labels.

    That is at most `count` sounds, but two of each label at least, by which it is judged.
    """
    return labels * max(count // len(labels), 2) if labels else None


def _halves(index: pd.DataFrame, rows: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, str]:
    groups = index["group"].to_numpy()[rows]
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    first = np.isin(groups, names[::2])
    said = "the other half of the test split"
    # Too few sounds on a side: one group holds nearly all, and single clips must be parted instead.
    if min(first.sum(), (~first).sum()) < 2:
        first = np.arange(len(rows)) % 2 == 0
        said += ", of the same recordings, which flatters it"
    return rows[first], rows[~first], said
