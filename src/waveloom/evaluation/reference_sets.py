"""Chooses at random the real sounds that generated sounds are compared with."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waveloom.config.errors import InputError

NO_FLOOR = "no floor: there is no validation split, and the test split is too small to be halved"


@dataclass(frozen=True)
class ReferenceSets:
    """Rows of the clip index for each set of real sounds.

    `real` is the reference set of all metrics. `floor` holds other real sounds: the best scores that generated sounds
    can be expected to reach; `floor_origin` says where they come from. `train` holds sounds of the training split.
    """

    real: np.ndarray
    floor: np.ndarray
    train: np.ndarray
    floor_origin: str


def choose_reference_sets(index: pd.DataFrame, count: int, training: int, seed: int) -> ReferenceSets:
    """Choose at most `count` rows each for `real` and `floor`, and at most `training` rows for `train`.

    `real` comes from the test split and `floor` from the validation split, or, without a validation split, each from
    one half of the test split. No group is in both halves, unless one group holds nearly all of the test split, which
    `floor_origin` then says. A set is empty if its split is. InputError without training clips.
    """
    splits = {name: np.flatnonzero(index["split"] == name) for name in ("train", "validation", "test")}
    real, floor, origin = _held_out(index, splits["test"], splits["validation"], seed)
    if not len(splits["train"]):
        raise InputError("There are no clips of the training split; lower ingest.validation or ingest.test.")
    train = balanced_sample(index, splits["train"], training, seed)
    sets = balanced_sample(index, real, count, seed), balanced_sample(index, floor, count, seed)
    return ReferenceSets(*sets, train, origin)


def _held_out(
    index: pd.DataFrame, test: np.ndarray, validation: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, str]:
    if len(validation) < 2 and len(test) >= 4:
        return _halves(index, test, seed)
    return test, validation, "the validation split" if len(validation) else NO_FLOOR


def balanced_sample(index: pd.DataFrame, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Draw up to `count` of `rows`, equally many of each label as far as available; sorted."""
    drawn = np.random.default_rng(seed).permutation(rows)
    labels = index["label"].iloc[drawn]
    rank_in_label = labels.groupby(labels.to_numpy()).cumcount().to_numpy()
    return np.sort(drawn[np.argsort(rank_in_label, kind="stable")][:count])


def requested_labels(labels: list[str], count: int) -> list[str] | None:
    """The labels to generate: each label of the model equally often, in turn; None if the model has no labels.

    At most `count` labels in all, but at least two of each, which evaluation needs.
    """
    return labels * max(count // len(labels), 2) if labels else None


def _halves(index: pd.DataFrame, rows: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, str]:
    groups = index["group"].to_numpy()[rows]
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    first = np.isin(groups, names[::2])
    origin = "the other half of the test split"
    # Too few sounds in one half means that one group holds nearly all of them: split single clips instead.
    if min(first.sum(), (~first).sum()) < 2:
        first = np.arange(len(rows)) % 2 == 0
        origin += ", of the same recordings, which makes the floor too low"
    return rows[first], rows[~first], origin
