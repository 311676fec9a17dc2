"""Connects to the MLflow store: that of this project, or the server or database that MLFLOW_TRACKING_URI names."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import mlflow
import requests
from filelock import FileLock
from sqlalchemy.exc import SQLAlchemyError

from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import in_main_checkout

logging.getLogger("mlflow").setLevel(logging.WARNING)

EXPERIMENT = "waveloom"
MLFLOW_URI = "MLFLOW_TRACKING_URI"
HEALTH_CHECK_SECONDS = 5  # timeout
# By default MLflow retries each call to an unreachable server for four minutes.
HTTP_RETRY_SETTINGS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "60",
}
FAILURES = (mlflow.MlflowException, requests.RequestException, SQLAlchemyError, OSError)
UNSENT: dict[str, Path] = {}  # store URI -> folder for changes that could not be sent
_LOCATIONS = (  # table and column of each path in the database
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def store(project: Path) -> tuple[Path, str]:
    """Return the folder mlruns of the main checkout (also in queued experiments) and the URI of the store."""
    folder = in_main_checkout("mlruns", project)
    return folder, os.environ.get(MLFLOW_URI) or f"sqlite:///{(folder / 'mlflow.db').as_posix()}"


def connect(project: Path, experiment: str = EXPERIMENT) -> str:
    """Set the tracking URI, create the store on first use under a lock, and return the experiment's id."""
    folder, uri = store(project)
    check_server(uri)
    with store_errors_explained(uri):
        folder.mkdir(parents=True, exist_ok=True)
        _set_tracking_uri(uri)
        UNSENT[uri] = folder / "unsent"
        with FileLock(folder / ".lock"):
            existing = mlflow.get_experiment_by_name(experiment)
            if existing is None:
                return str(mlflow.create_experiment(experiment, artifact_location=_artifact_location(folder, uri)))
            if not os.environ.get(MLFLOW_URI):
                _update_locations(folder, existing.artifact_location)
    return str(existing.experiment_id)


def is_server(uri: str) -> bool:
    """Whether `uri` is that of a server, which stores artifacts itself."""
    return uri.startswith(("http://", "https://"))


def check_server(uri: str) -> None:
    """Raise an InputError at once if a server does not answer; other stores are not checked."""
    if is_server(uri) and not is_reachable(uri):
        raise InputError(
            f"{MLFLOW_URI} is {without_password(uri)}, and no MLflow server answers there. Start it, correct the "
            f"address, or unset {MLFLOW_URI} to store runs in this project."
        )


def is_reachable(uri: str) -> bool:
    """Whether a server answers, even if it only asks for a password; true for stores without a server."""
    if not is_server(uri):
        return True
    try:
        return requests.get(f"{uri.rstrip('/')}/health", timeout=HEALTH_CHECK_SECONDS).status_code < 500
    except requests.exceptions.SSLError:  # a server answered: MLflow reports the problem with its certificate
        return True
    except (requests.RequestException, ValueError):
        return False


def without_password(uri: str) -> str:
    """Return `uri` with user name and password replaced by asterisks."""
    parts = urlsplit(uri)
    return parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}").geturl() if "@" in parts.netloc else uri


@contextmanager
def store_errors_explained(uri: str) -> Iterator[None]:
    """Raise errors of the store as an InputError."""
    try:
        yield
    except FAILURES as problem:
        raise InputError(
            f"MLflow's store {without_password(uri)} cannot be used ({first_line(problem)}). Correct that, "
            f"or set {MLFLOW_URI} to another store."
        ) from problem


def first_line(problem: BaseException) -> str:
    """Return the first line of an error message, at most 200 characters."""
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:200]


def _artifact_location(folder: Path, uri: str) -> str | None:
    """Return the artifact location of a new experiment; None leaves the choice to a server or an external database."""
    return (folder / "artifacts").resolve().as_uri() if uri.startswith("sqlite:") else None


def _update_locations(folder: Path, recorded: str) -> None:
    """Rewrite the paths in the project's own store if the project was moved or copied.

    MLflow records absolute paths, so it would otherwise create and write the old folder.
    """
    current = (folder / "artifacts").resolve().as_uri()
    if recorded == current:
        return
    with closing(sqlite3.connect(folder / "mlflow.db", timeout=60)) as database, database:
        for table, column in _LOCATIONS:
            if column in [row[1] for row in database.execute(f"PRAGMA table_info({table})")]:
                database.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) "  # noqa: S608 (our own names)
                    f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                    (current, len(recorded) + 1, recorded, len(recorded) + 1, f"{recorded}/"),
                )


def _set_tracking_uri(uri: str) -> None:
    """Set MLflow's tracking URI, and restore MLFLOW_TRACKING_URI.

    MLflow overwrites that variable, so other projects in this process would connect to this project's store.
    """
    original = os.environ.get(MLFLOW_URI)
    mlflow.set_tracking_uri(uri)
    os.environ.pop(MLFLOW_URI, None)
    if original:
        os.environ[MLFLOW_URI] = original
    if is_server(uri):
        for name, value in HTTP_RETRY_SETTINGS.items():
            os.environ.setdefault(name, value)
