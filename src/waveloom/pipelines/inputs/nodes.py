"""The node of inputs."""

from pathlib import Path

from waveloom.classification.rules import Classify
from waveloom.inputs import link, paths
from waveloom.recordings import Ingest
from waveloom.training.rules import Train


def link_inputs(project: Path, ingest: Ingest, train: Train, classify: Classify) -> dict[str, str]:
    """Link what the stages read from outside the pipeline; what it gives never varies, so it makes no stage stale."""
    link(project, paths(ingest, train, classify))
    return {"links": "made"}
