"""The node of inputs."""

from pathlib import Path

from waveloom.classification.config import Classify
from waveloom.ingest.config import Ingest
from waveloom.preparation.config import Prepare
from waveloom.project.input_links import link, paths, write_single_parameters
from waveloom.training.config import Train


def link_inputs(
    project: Path, ingest: Ingest, prepare: Prepare, train: Train, classify: Classify
) -> tuple[dict[str, str], dict[str, str]]:
    """Link what the stages read from outside the pipeline; give what others depend on, always the same, and paths."""
    wanted = paths(ingest, train, classify)
    link(project, wanted)
    write_single_parameters(project, {"ingest": ingest, "prepare": prepare})
    return {"links": "made"}, wanted
