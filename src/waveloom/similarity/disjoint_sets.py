"""Sets that are merged step by step (a disjoint-set forest), and groups of recordings merged in this way."""

from collections.abc import Iterable

import numpy as np
import pandas as pd


def join(parents: list[int] | np.ndarray, first: int, second: int) -> None:
    """Merge two sets of a disjoint-set forest; the lower position becomes the root."""
    low, high = sorted((root(parents, first), root(parents, second)))
    parents[high] = low


def root(parents: list[int] | np.ndarray, position: int) -> int:
    """Find the root of the set that contains a position."""
    while parents[position] != position:
        position = parents[position]
    return position


def merge_groups(table: pd.DataFrame, linked: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Merge the `linked` groups in the column `group`; a merged group has the name that comes first in the table."""
    groups = list(dict.fromkeys(table["group"]))
    parents, positions = list(range(len(groups))), {group: position for position, group in enumerate(groups)}
    for group, other in linked:
        join(parents, positions[group], positions[other])
    merged = {group: groups[root(parents, position)] for group, position in positions.items()}
    return table.assign(group=table["group"].map(merged))
