"""Dividing recordings into training, validation and test, so that no group is in two of them."""

import logging
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from waveloom.config import config
from waveloom.errors import InputError

log = logging.getLogger(__name__)


@config
class Shares:
    """How much of each class is kept from training; 0 for none. A corpus's own split goes before."""

    validation: Annotated[float, Field(ge=0, lt=0.5)] = 0.1
    test: Annotated[float, Field(ge=0, lt=0.5)] = 0.1
    seed: Annotated[int, Field(ge=0)] = 0


def assign_splits(table: pd.DataFrame, shares: Shares) -> pd.DataFrame:
    """Fill the column `split` of the accepted recordings; what the corpus itself calls validation or test stays that.

    A split that the corpus lacks is drawn, by whole groups, class by class, from what is not yet kept from training.
    """
    accepted = (table["status"] == "accepted").to_numpy()
    split = table["split"].to_numpy(dtype=object, copy=True)
    drawn = [n for n in ("test", "validation") if getattr(shares, n) and n not in split[accepted]]
    for turn, name in enumerate(drawn):
        pool = accepted & np.isin(split, ["", "train"])
        share = getattr(shares, name) * accepted.sum() / pool.sum()
        random = np.random.default_rng([shares.seed, turn])
        groups = _draw(table[pool], share, len(drawn) - turn, random)
        _check_remains(table[pool], groups, name)
        split[pool & table["group"].isin(groups).to_numpy()] = name
    split[accepted & (split == "")] = "train"
    divided = table.assign(split=pd.Series(split, index=table.index, dtype="str"))
    _warn_of_leaks(divided[accepted])
    return divided


def _draw(pool: pd.DataFrame, share: float, keep: int, random: np.random.Generator) -> set[str]:
    """Choose groups so that of each class about `share` of the recordings, and at least one group, is chosen.

    At least `keep` groups of a class are left for what comes after, unless another class of theirs was chosen first.
    """
    chosen: set[str] = set()
    classes = {label: part["group"].value_counts(sort=False) for label, part in pool.groupby("label")}
    for label in sorted(classes, key=lambda name: (len(classes[name]), name)):
        sizes = {str(group): int(size) for group, size in sorted(classes[label].items())}
        target = share * sum(sizes.values())
        taken = sorted(chosen & sizes.keys())
        have = sum(sizes[group] for group in taken)
        for group in random.permutation([group for group in sizes if group not in chosen]):
            better = abs(have + sizes[group] - target) < abs(have - target)
            if better and len(taken) < len(sizes) - keep:
                taken.append(str(group))
                have += sizes[group]
        chosen.update(taken or [min(sizes, key=lambda group: (sizes[group], group))])
    return chosen


def _check_remains(pool: pd.DataFrame, groups: set[str], name: str) -> None:
    left = set(pool.loc[~pool["group"].isin(groups), "label"])
    for label, part in pool.groupby("label"):
        if label not in left:
            raise InputError(
                f"The class {label!r} has {len(part)} recordings left in {part['group'].nunique()} group(s): too few "
                f"groups to draw {name} from and keep some to train on. Add recordings, set ingest.options.group to "
                f"what makes smaller groups, or set ingest.{name} to 0."
            )


def _warn_of_leaks(accepted: pd.DataFrame) -> None:
    leaks = int((accepted.groupby("group")["split"].nunique() > 1).sum())
    if leaks:
        log.warning("%d groups are in more than one split, as the corpus divides them: scores will flatter.", leaks)
