"""The nodes of features."""

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.datasets.table import TableStream
from waveloom.features import Features, scale
from waveloom.features.table import feature_table


def describe_clips(clips: ClipStore, rules: Features) -> TableStream:
    """Compute the table of MFCC statistics and spectral descriptors, chunk by chunk."""
    return TableStream(feature_table(clips.chunks(), clips.rate_hz, rules))


def fit_scale(mfcc_table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Learn each column's mean and deviation from the training split, and from nothing else."""
    return scale.fit(mfcc_table[mfcc_table["split"] == "train"]).tree()
