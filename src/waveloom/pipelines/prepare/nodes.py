"""The node of prepare."""

from pathlib import Path

import pandas as pd

from waveloom.datasets.clips import ClipStream
from waveloom.execution.executor import Execution
from waveloom.preparation.prepare import Prepare, prepare


def prepare_clips(
    project: Path, recordings: pd.DataFrame, rules: Prepare, execution: Execution, checkpoints: Path
) -> ClipStream:
    """Decode, resample, trim, level and cut every accepted recording."""
    return ClipStream(prepare(recordings, rules, project, execution, checkpoints), rules.rate_hz, rules.samples)
