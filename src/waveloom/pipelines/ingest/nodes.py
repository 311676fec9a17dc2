"""The node of ingest."""

from pathlib import Path

import pandas as pd

from waveloom.executor import Execution
from waveloom.recordings import Ingest, recordings


def collect_recordings(
    project: Path, sounds: Path, rules: Ingest, execution: Execution, checkpoints: Path
) -> pd.DataFrame:
    """Give every recording of the corpus its row: accepted, or rejected with the reason."""
    return recordings(rules, sounds, project, execution, checkpoints)
