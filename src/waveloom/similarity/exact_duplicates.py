"""Recordings that are one sound to the last sample: the first is kept."""

import numpy as np
import pandas as pd


def refuse_twins(table: pd.DataFrame) -> pd.DataFrame:
    """Reject accepted recordings with the bytes, or the samples, of one before them; they are of its group."""
    if table.empty or "pcm_id" not in table:
        return table
    accepted = np.flatnonzero(table["status"] == "accepted")
    sounds, _ = pd.factorize(table["pcm_id"].iloc[accepted])  # numbered as they first appear
    first = accepted[np.unique(sounds, return_index=True)[1]][sounds]
    later, twins = accepted[accepted != first], first[accepted != first]
    same_bytes = table["recording_id"].to_numpy()[later] == table["recording_id"].to_numpy()[twins]
    kinds = np.where(same_bytes, "bytes", "samples")
    names, groups = table["name"].iloc[twins], table["group"].iloc[twins]
    rows = table.index[later]
    table.loc[rows, "reason"] = [f"same {kind} as {name}" for kind, name in zip(kinds, names, strict=True)]
    table.loc[rows, "group"] = groups.to_numpy()
    table.loc[rows, "status"] = "rejected"
    return table
