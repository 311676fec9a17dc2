"""Where a model is: a folder, a model in MLflow, or what DVC tracked at a revision."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import locate
from waveloom.models.files import check_kind, kind_of, load_model
from waveloom.models.model import Model

MLFLOW_SCHEMES = ("runs:/", "models:/")
TRAINING_OUTPUT = Path("data/04_models/generator")


@contextmanager
def local_folder(address: str | Path, project: Path) -> Iterator[Path]:
    """Give a folder with the model at `address`, downloaded into a temporary one where it is elsewhere.

    `address` is a folder (below `project`, if relative), an MLflow URI (`runs:/…`, `models:/…`), or
    `dvc:[REPOSITORY//]PATH[@REVISION]`, by default of `project` and its last commit.
    """
    source = str(address)
    with tempfile.TemporaryDirectory() as temporary:
        if source.startswith(MLFLOW_SCHEMES):
            folder = _from_mlflow(source, temporary)
        elif source.startswith("dvc:"):
            folder = _from_dvc(source.removeprefix("dvc:"), project, Path(temporary, "model"))
        else:
            folder = locate(address, project)
        inner = folder / "artifacts/generator"  # where MLflow's own folder of a logged model has ours
        yield inner if inner.is_dir() else folder


def load_start_model(address: str, project: Path) -> Model | None:
    """Read and check the model that `train.start_from` names; None if it is empty."""
    if not address:
        return None
    if Path(locate(address, project)).resolve() == (project / TRAINING_OUTPUT).resolve():
        raise InputError(
            f"train.start_from is {TRAINING_OUTPUT}, which this training replaces. Copy the model elsewhere, or name a "
            f"revision: dvc:{TRAINING_OUTPUT}@HEAD."
        )
    try:
        with local_folder(address, project) as folder:
            model = load_model(folder)
            if kind_of(model.spec) != "translator":
                check_kind(model.spec, folder, "generator")
            return model
    except InputError as error:
        raise InputError(f"train.start_from is {address!r}, which cannot be used: {error}") from error


def _from_mlflow(uri: str, folder: str) -> Path:
    import mlflow

    try:
        return Path(mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=folder))
    except (mlflow.MlflowException, OSError) as error:
        raise InputError(f"MLflow cannot give {uri}: {error}") from error


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
            f"DVC cannot give dvc:{place} ({error}). Is {path} tracked at {revision or 'HEAD'}, and its data here or "
            "on the remote (`dvc fetch`)?"
        ) from error
    return target
