"""The model of the project, or one by its address."""

from pathlib import Path

from waveloom.models.locations import MLFLOW_SCHEMES
from waveloom.project.root import find_project, project_root

GENERATOR = Path("data/04_models/generator")


def located(address: str, project: Path) -> tuple[str | Path, Path]:
    """Turn an address into the arguments of `generation.load`; "" is the model of the project around `project`.

    An MLflow URI is one of the project's store, or, outside of a project, of the store that MLflow is set to.
    """
    if not address:
        return project_root(project) / GENERATOR, Path()
    if address.startswith(MLFLOW_SCHEMES) and (root := find_project(project)):
        from waveloom.tracking import store

        store.connect(root)
    return address, project_root(project) if address.startswith("dvc:") else Path()
