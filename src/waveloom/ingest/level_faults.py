"""Recordings far above full scale, and recordings whose channels nearly cancel each other in the mix."""

import logging

import pandas as pd

log = logging.getLogger(__name__)

SCALED_DB = 6.0  # above full scale; decoders of lossy formats overshoot it by less
CANCELLED_DB = -20.0  # peak of the mix relative to the loudest channel; levelling amplifies its noise by as much


def is_scaled(table: pd.DataFrame) -> pd.Series:
    """Mark the recordings that were scaled down by more than a decoder's overshoot."""
    return (table["status"] == "accepted") & (table["file_peak_db"] > SCALED_DB)


def is_partly_cancelled(table: pd.DataFrame) -> pd.Series:
    """Mark the recordings whose channels nearly cancel each other in the mix."""
    return (table["status"] == "accepted") & (table["mix_db"] <= CANCELLED_DB)


def warn_of_levels(table: pd.DataFrame) -> None:
    """Log how many recordings have either fault, with an example."""
    for marked, what in (
        (is_scaled(table), "recordings peak more than 6 dB above full scale and are scaled down to it"),
        (is_partly_cancelled(table), "recordings lose 20 dB or more in the mix of their channels; see prepare.channel"),
    ):
        if marked.any():
            log.warning("%d %s, for example %s", marked.sum(), what, table.loc[marked, "name"].iloc[0])
