"""The node of prepare."""

from pathlib import Path

import pandas as pd

from waveloom.audio.prepare import Prepare, prepare
from waveloom.datasets.clips import ClipStream
from waveloom.executor import Execution


def prepare_clips(
    project: Path, recordings: pd.DataFrame, rules: Prepare, execution: Execution, checkpoints: Path
) -> ClipStream:
    """Decode, resample, trim, level and cut every accepted recording."""
    return ClipStream(prepare(recordings, rules, project, execution, checkpoints), rules.rate_hz, rules.samples)
