"""The nodes of features."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.datasets.table import TableStream
from waveloom.execution.executor import Execution
from waveloom.execution.result_cache import stage_cache
from waveloom.features import Features
from waveloom.features import scaling as scale
from waveloom.features.table import feature_table


def describe_clips(clips: ClipStore, rules: Features, execution: Execution, checkpoints: Path) -> TableStream:
    """Compute the table of statistics of MFCCs and the other chosen groups, chunk by chunk."""
    return TableStream(_described(clips, rules, execution, checkpoints))


def _described(clips: ClipStore, rules: Features, execution: Execution, checkpoints: Path) -> Iterator[pd.DataFrame]:
    with stage_cache(checkpoints, "features", rules, clips.digest) as kept:
        yield from feature_table(clips.parts(), clips.rate_hz, rules, execution, kept)


def fit_scale(feature_table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Learn each column's mean and deviation from the training split, and from nothing else."""
    return scale.fit_rows(feature_table, (feature_table["split"] == "train").to_numpy()).tree()
