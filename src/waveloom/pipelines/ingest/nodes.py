"""The node of the pipeline ingest."""

from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.config.checked import read_config
from waveloom.execution.executor import Execution
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings
from waveloom.preparation.config import Prepare


def collect_recordings(
    project: Path, sounds: Path, config: Ingest, execution: Execution, checkpoints: Path, *prepare: Any
) -> pd.DataFrame:
    """Make the table of recordings: one row per sound of the corpus, accepted or rejected with the reason.

    `prepare` are the parameters of that stage on which acceptance depends: channel, rate_hz and silence_db.
    """
    values = dict(zip(("channel", "rate_hz", "silence_db"), prepare, strict=True))
    return recordings(config, sounds, project, execution, checkpoints, read_config(Prepare, values, "prepare"))
