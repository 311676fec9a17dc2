"""The node of the pipeline prepare."""

from pathlib import Path

import pandas as pd

from waveloom.datasets.clips import ClipStream
from waveloom.execution.executor import Execution
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare


def prepare_clips(
    project: Path, recordings: pd.DataFrame, config: Prepare, execution: Execution, checkpoints: Path
) -> ClipStream:
    """Decode, resample, trim, level and cut every accepted recording."""
    return ClipStream(prepare(recordings, config, project, execution, checkpoints), config.rate_hz, config.samples)
