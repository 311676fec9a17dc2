"""The nodes of features."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.datasets.table import TableStream
from waveloom.execution.executor import Execution
from waveloom.execution.result_cache import stage_cache
from waveloom.features import Features
from waveloom.features.scaling import fit_rows
from waveloom.features.table import feature_table as compute_table


def extract_features(clips: ClipStore, config: Features, execution: Execution, checkpoints: Path) -> TableStream:
    """Compute the feature table, chunk by chunk."""
    return TableStream(_chunks(clips, config, execution, checkpoints))


def _chunks(clips: ClipStore, config: Features, execution: Execution, checkpoints: Path) -> Iterator[pd.DataFrame]:
    with stage_cache(checkpoints, "features", config, clips.digest) as cache:
        yield from compute_table(clips.lazy_chunks(), clips.rate_hz, config, execution, cache)


def fit_scale(feature_table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Mean and standard deviation of each column over the training split."""
    return fit_rows(feature_table, (feature_table["split"] == "train").to_numpy()).to_dict()
