"""The node of inputs."""

from pathlib import Path
from typing import Any

from waveloom.classification.config import Classify
from waveloom.ingest.config import Ingest
from waveloom.preparation.config import Prepare
from waveloom.project.input_links import input_paths, update_links, write_single_parameters
from waveloom.training.config import Train


def link_inputs(
    project: Path, ingest: Ingest, prepare: Prepare, train: Train, classify: Classify
) -> tuple[dict[str, str], dict[str, Any]]:
    """Link the external files that stages read; return a constant on which other stages depend, and the record."""
    write_single_parameters(project, {"ingest": ingest, "prepare": prepare})
    return {"links": "made"}, update_links(project, input_paths(ingest, train, classify))
