"""Recordings with the same bytes or samples: all but the first are rejected."""

import numpy as np
import pandas as pd


def reject_exact_duplicates(table: pd.DataFrame) -> pd.DataFrame:
    """Reject accepted recordings with the bytes, or the samples, of an earlier recording, and assign them its group."""
    if table.empty or "pcm_id" not in table:
        return table
    accepted = np.flatnonzero(table["status"] == "accepted")
    sounds, _ = pd.factorize(table["pcm_id"].iloc[accepted])  # numbered in order of first appearance
    first = accepted[np.unique(sounds, return_index=True)[1]][sounds]
    duplicates, originals = accepted[accepted != first], first[accepted != first]
    same_bytes = table["recording_id"].to_numpy()[duplicates] == table["recording_id"].to_numpy()[originals]
    kinds = np.where(same_bytes, "bytes", "samples")
    names, groups = table["name"].iloc[originals], table["group"].iloc[originals]
    rows = table.index[duplicates]
    table.loc[rows, "reason"] = [f"same {kind} as {name}" for kind, name in zip(kinds, names, strict=True)]
    table.loc[rows, "group"] = groups.to_numpy()
    table.loc[rows, "status"] = "rejected"
    return table
