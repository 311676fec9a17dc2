"""Loads the generator of the project, or one by its address."""

from pathlib import Path

from waveloom.generation.generator import Generator
from waveloom.generation.load import load
from waveloom.models.locations import MLFLOW_SCHEMES
from waveloom.project.root import find_project, project_root

GENERATOR = Path("data/04_models/generator")


def load_generator(address: str, project: Path) -> Generator:
    """Load the generator at an address as `generation.load` does; "" is that of the project around `project`.

    An MLflow URI is one of the project's store, or, outside of a project, of the store that MLflow is set to.
    """
    if not address:
        return load(project_root(project) / GENERATOR)
    if address.startswith(MLFLOW_SCHEMES) and (root := find_project(project)):
        from waveloom.tracking import store

        store.connect(root)
    return load(address, project_root(project) if address.startswith("dvc:") else Path())
