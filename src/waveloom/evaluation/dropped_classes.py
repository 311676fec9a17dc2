"""Adds the classes that ingest rejected as a whole to the list of what was left out."""

from dataclasses import replace

import pandas as pd

from waveloom.config.errors import name_list
from waveloom.evaluation.evaluate import Evaluation
from waveloom.ingest.small_classes import REASON


def with_dropped_classes(result: Evaluation, recordings: pd.DataFrame) -> Evaluation:
    """Add the classes all of whose recordings have this rejection reason in the table `recordings`."""
    kinds = recordings["reason"].fillna("").str.partition(":")[0]
    dropped = sorted(set(recordings.loc[kinds == REASON, "label"]))
    if not dropped:
        return result
    entry = {"dropped_classes": f"rejected by ingest, with the reason in each row: {name_list(dropped)}"}
    return replace(result, metrics={**result.metrics, "left_out": entry | result.metrics.get("left_out", {})})
