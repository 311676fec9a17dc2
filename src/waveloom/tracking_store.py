"""Where MLflow keeps the record: this project's own store, or the server or database that MLFLOW_TRACKING_URI names."""

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

from waveloom.errors import InputError

logging.getLogger("mlflow").setLevel(logging.WARNING)

EXPERIMENT = "waveloom"
MLFLOW_URI = "MLFLOW_TRACKING_URI"
ANSWER_SECONDS = 5  # that a server has to answer whether it is there
# MLflow's own patience with a server that is gone is four minutes a call.
PATIENCE = {
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
    """Where the record is kept: the main checkout's mlruns folder (also for queued experiments), and the URI."""
    folder = Path(os.environ.get("DVC_ROOT") or project) / "mlruns"
    return folder, os.environ.get(MLFLOW_URI) or f"sqlite:///{(folder / 'mlflow.db').as_posix()}"


def connect(project: Path, experiment: str = EXPERIMENT) -> str:
    """Point MLflow at the store, made on first use under a lock; give the experiment's id."""
    folder, uri = store(project)
    check_server(uri)
    with readable(uri):
        folder.mkdir(parents=True, exist_ok=True)
        _point(uri)
        UNSENT[uri] = folder / "unsent"
        with FileLock(folder / ".lock"):
            found = mlflow.get_experiment_by_name(experiment)
            if found is None:
                return str(mlflow.create_experiment(experiment, artifact_location=_artifacts(folder, uri)))
            if not os.environ.get(MLFLOW_URI):
                _follow(folder, found.artifact_location)
    return str(found.experiment_id)


def is_server(uri: str) -> bool:
    """Whether `uri` is that of a server, which keeps artifacts itself."""
    return uri.startswith(("http://", "https://"))


def check_server(uri: str) -> None:
    """Say at once, in an InputError, that a server does not answer; what is no server is not checked."""
    if is_server(uri) and not answers(uri):
        raise InputError(
            f"{MLFLOW_URI} is {shown(uri)}, and no MLflow server answers there. Start it, mend the address, or unset "
            f"{MLFLOW_URI} to keep the record in this project."
        )


def answers(uri: str) -> bool:
    """Whether a server answers, be it to ask for a password; anything but a server does."""
    if not is_server(uri):
        return True
    try:
        return requests.get(f"{uri.rstrip('/')}/health", timeout=ANSWER_SECONDS).status_code < 500
    except requests.exceptions.SSLError:  # something is there: MLflow says what is wrong with its certificate
        return True
    except (requests.RequestException, ValueError):
        return False


def shown(uri: str) -> str:
    """Give `uri` without the password that may stand in it."""
    parts = urlsplit(uri)
    return parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}").geturl() if "@" in parts.netloc else uri


@contextmanager
def readable(uri: str) -> Iterator[None]:
    """Have a store that cannot be used told in one sentence."""
    try:
        yield
    except FAILURES as problem:
        raise InputError(
            f"MLflow's store {shown(uri)} cannot be used ({first_line(problem)}). Mend that, or set {MLFLOW_URI} to "
            "another one."
        ) from problem


def first_line(problem: BaseException) -> str:
    """The gist of an error in at most 200 characters."""
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:200]


def _artifacts(folder: Path, uri: str) -> str | None:
    """Where runs of a new experiment keep their files: in this project, unless a server or a database decides."""
    return (folder / "artifacts").resolve().as_uri() if uri.startswith("sqlite:") else None


def _follow(folder: Path, recorded: str) -> None:
    """Where the project was moved or copied, have its own store name files where they are now.

    MLflow records absolute paths, so that it would go on writing, and making, the old folder.
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
    told = os.environ.get(MLFLOW_URI)
    mlflow.set_tracking_uri(uri)
    os.environ.pop(MLFLOW_URI, None)
    if told:
        os.environ[MLFLOW_URI] = told
    if is_server(uri):
        for name, value in PATIENCE.items():
            os.environ.setdefault(name, value)
