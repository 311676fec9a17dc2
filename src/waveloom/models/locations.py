"""The model that a training starts from: a folder, a model that MLflow keeps, or what DVC tracked at a revision."""

import os
import tempfile
from pathlib import Path

from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import locate
from waveloom.models.files import check_kind, load_model
from waveloom.models.model import Model

MADE = Path("data/04_models/generator")  # what training itself writes


def load_start(source: str, project: Path) -> Model | None:
    """Read and check the model that `source` names; None if it is empty.

    `source` is a folder (below `project`, if relative), an MLflow URI (`runs:/…`, `models:/…`), or
    `dvc:[REPOSITORY//]PATH[@REVISION]`, by default of this project and its last commit.
    """
    if not source:
        return None
    with tempfile.TemporaryDirectory() as folder:
        if source.startswith(("runs:/", "models:/")):
            return _in(_from_mlflow(source, folder), source)
        if source.startswith("dvc:"):
            return _in(_from_dvc(source.removeprefix("dvc:"), project, Path(folder, "model")), source)
        return _in(_own(locate(source, project), project), source)


def _own(folder: Path, project: Path) -> Path:
    if folder.resolve() == (project / MADE).resolve():
        raise InputError(
            f"train.start_from is {MADE}, which this training replaces. Copy the model elsewhere, or name a revision: "
            f"dvc:{MADE}@HEAD."
        )
    return folder


def _in(folder: Path, source: str) -> Model:
    """Read the model in `folder`, or in the MLflow model around it."""
    inner = folder / "artifacts/generator"
    try:
        model = load_model(inner if inner.is_dir() else folder)
        check_kind(model.spec, folder, "generator")
        return model
    except InputError as error:
        raise InputError(f"train.start_from is {source!r}, which cannot be used: {error}") from error


def _from_mlflow(uri: str, folder: str) -> Path:
    import mlflow

    try:
        return Path(mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=folder))
    except (mlflow.MlflowException, OSError) as error:
        raise InputError(f"train.start_from is {uri!r}, which MLflow cannot give: {error}") from error


def _from_dvc(place: str, project: Path, target: Path) -> Path:
    from dvc.api import DVCFileSystem
    from dvc.exceptions import DvcException
    from scmrepo.exceptions import SCMError

    repository, _, tracked = place.rpartition("//")
    path, _, revision = tracked.partition("@")
    url = repository or str(os.environ.get("DVC_ROOT") or project)
    try:
        DVCFileSystem(url, rev=revision or "HEAD").get(path, str(target), recursive=True)
    except (DvcException, SCMError, OSError) as error:
        raise InputError(
            f"train.start_from is 'dvc:{place}', which DVC cannot give ({error}). Is {path} tracked at "
            f"{revision or 'HEAD'}, and its data here or on the remote (`dvc fetch`)?"
        ) from error
    return target
