"""The node of ingest."""

from pathlib import Path

import pandas as pd

from waveloom.recordings import Ingest, recordings


def collect_recordings(project: Path, sounds: Path, rules: Ingest) -> pd.DataFrame:
    """Give every recording of the corpus its row: accepted, or rejected with the reason."""
    return recordings(rules, folder=sounds, base=project)
