"""Division of recordings into training, validation and test sets by whole groups."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError, name_list
from waveloom.ingest.small_classes import Choice, Rule, drop, small_classes

log = logging.getLogger(__name__)


@checked_dataclass
class Shares:
    """Shares of each class for validation and test; 0 for none. A corpus's own split takes precedence.

    A class is small if it has fewer groups than one for training and one for each split that is drawn, or fewer
    recordings than `min_class_recordings`.
    """

    validation: Annotated[float, Field(ge=0, lt=0.5)] = 0.1
    test: Annotated[float, Field(ge=0, lt=0.5)] = 0.1
    seed: Annotated[int, Field(ge=0)] = 0
    min_class_recordings: Annotated[int, Field(ge=1)] = 3
    small_classes: Choice = "train_only"


def assign_splits(table: pd.DataFrame, shares: Shares) -> pd.DataFrame:
    """Fill the column `split` of the accepted recordings; a corpus's own validation and test sets stay as they are.

    A split that the corpus lacks is drawn, by whole groups, class by class, from the recordings in no other split.
    Small classes are used for training only, or rejected, or raise an InputError, as `shares.small_classes` says.
    Where all classes are small, groups are drawn from all of them together, and each class keeps one for training.
    """
    _check_training(table)
    drawn = _splits_to_draw(table, shares)
    rule = Rule(len(drawn), shares.min_class_recordings, shares.small_classes)
    small = small_classes(table[table["status"] == "accepted"], table[_pool(table)], rule)
    if small and rule.choice != "train_only":
        table = drop(table, small, rule)
        log.warning("Small classes, dropped (ingest.small_classes): %s; %s.", name_list(sorted(small)), rule.sentence)
        drawn, small = _splits_to_draw(table, shares), set()
    split = table["split"].to_numpy(dtype=object, copy=True)
    accepted, pool = (table["status"] == "accepted").to_numpy(), _pool(table)
    ignores_labels = _all_small(table[pool], small)
    reserved = _reserved_groups(table[pool], small, len(drawn))
    for number, name in enumerate(drawn):
        pool = accepted & np.isin(split, ["", "train"])
        share = getattr(shares, name) * accepted.sum() / pool.sum()
        drawing = table[pool].assign(label="") if ignores_labels else table[pool]
        draw = partial(_draw, drawing, share, len(drawn) - number, [shares.seed, number])
        groups = _choose(table[pool], draw, reserved)
        split[pool & table["group"].isin(groups).to_numpy()] = name
    split[accepted & (split == "")] = "train"
    divided = table.assign(split=pd.Series(split, index=table.index, dtype="str"))
    _log_splits(divided[accepted], small, drawn)
    _warn_of_leaks(divided[accepted])
    return divided


def _pool(table: pd.DataFrame) -> np.ndarray:
    """Mark the accepted recordings that the corpus does not itself put into validation or test."""
    return ((table["status"] == "accepted") & table["split"].isin(["", "train"])).to_numpy()


def _splits_to_draw(table: pd.DataFrame, shares: Shares) -> list[str]:
    """Name the splits that are drawn, since the corpus lacks them."""
    provided = set(table.loc[table["status"] == "accepted", "split"])
    return [name for name in ("test", "validation") if getattr(shares, name) and name not in provided]


def _check_training(table: pd.DataFrame) -> None:
    """Raise an InputError if the corpus's own splits leave nothing for training; warn of classes not in training."""
    accepted = table[table["status"] == "accepted"]
    trained = set(table.loc[_pool(table), "label"])
    names = sorted(set(accepted["label"]) - trained)
    if names and not trained:
        raise InputError(
            f"The corpus itself puts all {len(accepted)} recordings into validation and test, which leaves nothing to "
            "train on. Leave ingest.options.split empty to have the splits drawn."
        )
    if names:
        log.warning(
            "The corpus itself keeps these classes from training, so they are not learned: %s.", name_list(names)
        )


def _all_small(pool: pd.DataFrame, small: set[str]) -> bool:
    return set(pool["label"]) <= small


def _reserved_groups(pool: pd.DataFrame, small: set[str], draws: int) -> set[str]:
    """Name the groups reserved for training: all of small classes, or one of each class if all are small."""
    if not _all_small(pool, small):
        return set(pool.loc[pool["label"].isin(small), "group"])
    everything = set(pool["group"])
    reserved: set[str] = set()
    for _, part in pool.groupby("label"):
        if not reserved & set(part["group"]):
            reserved.add(_largest_group(part))
    return everything if len(everything) <= draws else reserved


def _largest_group(part: pd.DataFrame) -> str:
    sizes = part["group"].value_counts()
    return str(min(sizes.index, key=lambda group: (-sizes[group], group)))


def _choose(pool: pd.DataFrame, draw: Callable[[set[str]], set[str]], reserved: set[str]) -> set[str]:
    """Draw groups until each class has one left; if a class has none, its largest group is reserved as well."""
    while True:
        chosen = draw(reserved)
        remaining = set(pool.loc[~pool["group"].isin(chosen), "label"])
        exhausted = [part for label, part in pool.groupby("label") if label not in remaining]
        if not exhausted:
            return chosen
        reserved = reserved | {_largest_group(part) for part in exhausted}


def _draw(pool: pd.DataFrame, share: float, keep: int, seed: list[int], reserved: set[str]) -> set[str]:
    """Choose groups that hold about `share` of the recordings of each class; at least one group of each class.

    At least `keep` groups of a class are left for later draws, unless a group was chosen for another of its classes.
    Groups that are `reserved` are never chosen.
    """
    random = np.random.default_rng(seed)
    chosen: set[str] = set()
    classes = {label: part["group"].value_counts(sort=False) for label, part in pool.groupby("label")}
    for label in sorted(classes, key=lambda name: (len(classes[name]), name)):
        sizes = {str(group): int(size) for group, size in sorted(classes[label].items())}
        free = [group for group in sizes if group not in reserved]
        target = share * sum(sizes.values())
        chosen_of_class = sorted(chosen & sizes.keys())
        count = sum(sizes[group] for group in chosen_of_class)
        for group in random.permutation([group for group in free if group not in chosen]):
            better = abs(count + sizes[group] - target) < abs(count - target)
            if better and len(chosen_of_class) < len(sizes) - keep:
                chosen_of_class.append(str(group))
                count += sizes[group]
        chosen.update(chosen_of_class or sorted(free, key=lambda group: (sizes[group], group))[:1])
    return chosen


def _log_splits(accepted: pd.DataFrame, small: set[str], drawn: list[str]) -> None:
    """Log which classes are used for training only, and which splits could not be drawn."""
    if not small or not drawn:
        return
    missing = [name for name in drawn if name not in set(accepted["split"])]
    if missing:
        log.warning(
            "No class has enough groups to draw %s from (%d recordings in %d group(s)): all are for training. Add "
            "recordings, or set ingest.options.group to what makes smaller groups.",
            *(" and ".join(missing), len(accepted), accepted["group"].nunique()),
        )
    if missing == drawn:
        return
    alone = accepted.groupby("label")["split"].agg(lambda splits: set(splits) == {"train"})
    names = sorted(alone.index[alone])
    if names:
        log.warning(
            "For training only, with too few groups or recordings to be divided (ingest.small_classes): %s. How well "
            "they are learned is not measured.",
            name_list(names),
        )


def _warn_of_leaks(accepted: pd.DataFrame) -> None:
    leaks = int((accepted.groupby("group")["split"].nunique() > 1).sum())
    if leaks:
        log.warning("%d groups are in more than one split, as the corpus divides them: scores will be too high.", leaks)
