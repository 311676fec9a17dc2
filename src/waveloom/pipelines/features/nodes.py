"""The nodes of features."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.datasets.table import TableStream
from waveloom.executor import Execution
from waveloom.features import Features, scale
from waveloom.features.table import feature_table
from waveloom.journal import journal


def describe_clips(clips: ClipStore, rules: Features, execution: Execution, checkpoints: Path) -> TableStream:
    """Compute the table of statistics of MFCCs and the other chosen groups, chunk by chunk."""
    return TableStream(_described(clips, rules, execution, checkpoints))


def _described(clips: ClipStore, rules: Features, execution: Execution, checkpoints: Path) -> Iterator[pd.DataFrame]:
    with journal(checkpoints, "features", rules, clips.digest) as kept:
        yield from feature_table(clips.parts(), clips.rate_hz, rules, execution, kept)


def fit_scale(mfcc_table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Learn each column's mean and deviation from the training split, and from nothing else."""
    return scale.fit_rows(mfcc_table, (mfcc_table["split"] == "train").to_numpy()).tree()
