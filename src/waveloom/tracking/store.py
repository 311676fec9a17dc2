"""Where MLflow stores runs: this project's own store, or the server or database that MLFLOW_TRACKING_URI names."""

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
from waveloom.execution.main_checkout import shared

logging.getLogger("mlflow").setLevel(logging.WARNING)

EXPERIMENT = "waveloom"
MLFLOW_URI = "MLFLOW_TRACKING_URI"
ANSWER_SECONDS = 5  # that a server has to answer a health check
# By default MLflow retries each call to an unreachable server for four minutes.
HTTP_RETRY_SETTINGS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "60",
}
FAILURES = (mlflow.MlflowException, requests.RequestException, SQLAlchemyError, OSError)
UNSENT: dict[str, Path] = {}  # of each URI, the folder for what cannot be sent
_LOCATIONS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def store(project: Path) -> tuple[Path, str]:
    """Give the folder mlruns of the main checkout (also for queued experiments), and the URI of the store."""
    folder = shared("mlruns", project)
    return folder, os.environ.get(MLFLOW_URI) or f"sqlite:///{(folder / 'mlflow.db').as_posix()}"


def connect(project: Path, experiment: str = EXPERIMENT) -> str:
    """Point MLflow at the store, made on first use under a lock; give the experiment's id."""
    folder, uri = store(project)
    check_server(uri)
    with store_errors_explained(uri):
        folder.mkdir(parents=True, exist_ok=True)
        _point(uri)
        UNSENT[uri] = folder / "unsent"
        with FileLock(folder / ".lock"):
            found = mlflow.get_experiment_by_name(experiment)
            if found is None:
                return str(mlflow.create_experiment(experiment, artifact_location=_artifacts(folder, uri)))
            if not os.environ.get(MLFLOW_URI):
                _update_locations(folder, found.artifact_location)
    return str(found.experiment_id)


def is_server(uri: str) -> bool:
    """Whether `uri` is that of a server, which keeps artifacts itself."""
    return uri.startswith(("http://", "https://"))


def check_server(uri: str) -> None:
    """Raise an InputError at once if a server does not answer; other stores are not checked."""
    if is_server(uri) and not is_reachable(uri):
        raise InputError(
            f"{MLFLOW_URI} is {without_password(uri)}, and no MLflow server answers there. Start it, mend the address, "
            f"or unset {MLFLOW_URI} to keep the record in this project."
        )


def is_reachable(uri: str) -> bool:
    """Whether a server answers, even if only to ask for a password; always true of what is not a server."""
    if not is_server(uri):
        return True
    try:
        return requests.get(f"{uri.rstrip('/')}/health", timeout=ANSWER_SECONDS).status_code < 500
    except requests.exceptions.SSLError:  # a server is there: MLflow says what is wrong with its certificate
        return True
    except (requests.RequestException, ValueError):
        return False


def without_password(uri: str) -> str:
    """Give `uri` without the password that may stand in it."""
    parts = urlsplit(uri)
    return parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}").geturl() if "@" in parts.netloc else uri


@contextmanager
def store_errors_explained(uri: str) -> Iterator[None]:
    """Turn failures of a store that cannot be used into an InputError."""
    try:
        yield
    except FAILURES as problem:
        raise InputError(
            f"MLflow's store {without_password(uri)} cannot be used ({first_line(problem)}). Mend that, or set "
            f"{MLFLOW_URI} to another one."
        ) from problem


def first_line(problem: BaseException) -> str:
    """Give the first line of an error, at most 200 characters."""
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:200]


def _artifacts(folder: Path, uri: str) -> str | None:
    """Where runs of a new experiment keep their files: in this project, unless a server or a database decides."""
    return (folder / "artifacts").resolve().as_uri() if uri.startswith("sqlite:") else None


def _update_locations(folder: Path, recorded: str) -> None:
    """If the project was moved or copied, rewrite the locations in its own store to where the files are now.

    MLflow records absolute paths, so it would otherwise create and write the old folder.
    """
    here = (folder / "artifacts").resolve().as_uri()
    if recorded == here:
        return
    with closing(sqlite3.connect(folder / "mlflow.db", timeout=60)) as database, database:
        for table, column in _LOCATIONS:
            if column in [row[1] for row in database.execute(f"PRAGMA table_info({table})")]:
                database.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) "  # noqa: S608 (names of ours)
                    f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                    (here, len(recorded) + 1, recorded, len(recorded) + 1, f"{recorded}/"),
                )


def _point(uri: str) -> None:
    """Point MLflow at `uri`, and leave the environment as it was: MLflow writes it there, where other projects read."""
    set_before = os.environ.get(MLFLOW_URI)
    mlflow.set_tracking_uri(uri)
    os.environ.pop(MLFLOW_URI, None)
    if set_before:
        os.environ[MLFLOW_URI] = set_before
    if is_server(uri):
        for name, value in HTTP_RETRY_SETTINGS.items():
            os.environ.setdefault(name, value)
