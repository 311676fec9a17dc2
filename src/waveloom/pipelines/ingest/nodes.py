"""The node of ingest."""

from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.config.checked import read_config
from waveloom.execution.executor import Execution
from waveloom.ingest.recordings import Ingest, recordings
from waveloom.preparation.prepare import Prepare


def collect_recordings(
    project: Path, sounds: Path, rules: Ingest, execution: Execution, checkpoints: Path, *prepare: Any
) -> pd.DataFrame:
    """Give every recording of the corpus its row: accepted, or rejected with the reason.

    `prepare` are those of its values by which a sound is judged: channel, rate_hz and silence_db.
    """
    taken = dict(zip(("channel", "rate_hz", "silence_db"), prepare, strict=True))
    return recordings(rules, sounds, project, execution, checkpoints, read_config(Prepare, taken, "prepare"))
