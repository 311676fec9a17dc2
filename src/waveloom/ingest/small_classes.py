"""Classes too small to be divided into splits, and the three ways to handle them."""

from typing import Literal, NamedTuple

import pandas as pd

from waveloom.config.errors import InputError

REASON = "small class"  # first words of the reason of a recording whose class was dropped
Choice = Literal["train_only", "drop", "stop"]


class Rule(NamedTuple):
    """What a class needs to be divided: `draws` + 1 groups, for the drawn splits and training, and `recordings`."""

    draws: int
    recordings: int
    choice: Choice

    @property
    def sentence(self) -> str:
        """The requirement as part of a message."""
        return f"a class needs {self.draws + 1} group(s) and {self.recordings} recording(s) to be divided"


def small_classes(accepted: pd.DataFrame, pool: pd.DataFrame, rule: Rule) -> set[str]:
    """Name the small classes of the `accepted` recordings; splits are drawn from `pool` (columns label, group).

    All groups of a class that is used for training only are reserved; a class that this leaves with too few groups is
    small as well.
    """
    groups = {str(label): set(part["group"]) for label, part in pool.groupby("label")}
    counts = accepted["label"].value_counts()
    small = {name for name in groups if len(groups[name]) <= rule.draws or counts[name] < rule.recordings}
    while rule.choice == "train_only" and small:
        reserved = set().union(*(groups[name] for name in small))
        more = {name for name in groups if len(groups[name] - reserved) < rule.draws} - small
        if not more:
            break
        small |= more
    return small


def drop(table: pd.DataFrame, small: set[str], rule: Rule) -> pd.DataFrame:
    """Reject the small classes; InputError if `choice` is stop, or if no class would be left."""
    accepted = table[table["status"] == "accepted"]
    sizes = accepted.groupby("label").agg(recordings=("group", "size"), groups=("group", "nunique"))
    size = {name: "{recordings} usable recording(s) in {groups} group(s)".format(**sizes.loc[name]) for name in small}
    if rule.choice == "stop" or small >= set(sizes.index):
        name = min(small, key=lambda label: (sizes.loc[label, "recordings"], label))
        raise InputError(
            f"The class {name!r} has {size[name]}; {rule.sentence}. ingest.small_classes is {rule.choice}: set it to "
            "train_only, add recordings, or lower ingest.min_class_recordings, ingest.validation or ingest.test."
        )
    for name in sorted(small):
        rows = (table["status"] == "accepted") & (table["label"] == name)
        table = reject(table, rows, f"{REASON}: {size[name]}; {rule.sentence}")
    return table


def reject(table: pd.DataFrame, rows: pd.Series, reason: str) -> pd.DataFrame:
    """Reject the recordings in `rows` (a mask) for a reason."""
    whole = table if "reason" in table else table.assign(reason="")
    columns = {"status": "rejected", "reason": reason, "split": ""}
    return whole.assign(**{name: whole[name].mask(rows, value) for name, value in columns.items()})
