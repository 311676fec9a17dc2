"""Sends a run's metrics, tags and files to MLflow; while the server is unreachable, stores them to send them later."""

import json
import logging
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import mlflow
from filelock import FileLock
from mlflow.entities import Metric, RunTag
from mlflow.tracking import MlflowClient

from waveloom.tracking.store import FAILURES, UNSENT, first_line, is_reachable, without_password

log = logging.getLogger(__name__)

RETRY_SECONDS = 30
_METRICS_PER_CALL = 1000  # limit of MLflow


class Outbox:
    """Sends changes of one run to MLflow in order; an unreachable server loses no change and stops no training.

    A change is a JSON object with `metrics` (rows of name, value, time in ms and step), `tags`, a `file` and the
    artifact `folder` for it, or the final `status`. A change may be sent twice. Changes that cannot be sent are
    appended to `folder`/RUN.jsonl, and their files are copied to `folder`/RUN.
    """

    def __init__(self, run: str, folder: Path, uri: str) -> None:
        self._run, self._uri = run, uri
        self._unsent, self._files = folder / f"{run}.jsonl", folder / run
        self._last_try = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether all changes were sent."""
        return not self._unsent.exists()

    def metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Log the metrics of one step."""
        now = int(1000 * time.time())
        self.rows([(name, float(value), now, step) for name, value in values.items()])

    def rows(self, rows: Sequence[tuple[str, float, int, int]]) -> None:
        """Log metrics as rows of name, value, time in ms and step."""
        for start in range(0, len(rows), _METRICS_PER_CALL):
            self._put({"metrics": rows[start : start + _METRICS_PER_CALL]})

    def tags(self, tags: Mapping[str, str]) -> None:
        """Set tags."""
        self._put({"tags": dict(tags)})

    def artifact(self, path: Path, folder: str = "") -> None:
        """Log a file, which may be removed afterwards."""
        self._put({"file": str(path), "folder": folder})

    def close(self, status: str) -> None:
        """Send or store the final status of the run; warn if MLflow is still unreachable."""
        self._put({"status": status, "time": int(1000 * time.time())})
        if not self.is_empty:
            log.warning(
                "MLflow at %s is still unreachable: the unsent entries of this run are in %s; the next stage that "
                "reaches MLflow sends them.",
                without_password(self._uri),
                self._unsent,
            )

    def resend(self) -> bool:
        """Try to send the stored changes, at most every `RETRY_SECONDS`; return whether all were sent."""
        if self.is_empty:
            return True
        if time.monotonic() - self._last_try < RETRY_SECONDS and self._last_try:
            return False
        self._last_try = time.monotonic()
        if not is_reachable(self._uri):
            return False
        try:
            with self._lock():
                for change in _changes(self._unsent):
                    self._send(change)
                self._unsent.unlink()
                shutil.rmtree(self._files, ignore_errors=True)
        except FAILURES as problem:
            log.debug("MLflow is still unreachable: %s", problem)
            return False
        log.info("MLflow at %s is reachable again; all entries of this run were sent.", without_password(self._uri))
        return True

    def _put(self, change: dict[str, Any]) -> None:
        if self.resend():
            try:
                self._send(change)
                return
            except FAILURES as problem:
                log.warning(
                    "MLflow at %s does not accept entries of this run (%s); they are stored in %s and sent when "
                    "MLflow is reachable again.",
                    without_password(self._uri),
                    first_line(problem),
                    self._unsent,
                )
                self._last_try = time.monotonic()
        self._store(change)

    def _store(self, change: dict[str, Any]) -> None:
        try:
            self._append(change)
        except OSError as problem:
            log.warning("Entries of this run are lost: %s cannot be written (%s).", self._unsent, problem)

    def _append(self, change: dict[str, Any]) -> None:
        with self._lock():
            if "file" in change:
                source = Path(change["file"])
                target = self._files / change["folder"] / source.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
                change = {**change, "file": str(target.relative_to(self._files))}
            with self._unsent.open("a") as file:
                file.write(json.dumps({"uri": self._uri, **change}) + "\n")

    def _lock(self) -> Any:
        self._unsent.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._unsent.parent / ".lock")

    def _send(self, change: Mapping[str, Any]) -> None:
        client = MlflowClient(self._uri)
        if "metrics" in change:
            client.log_batch(self._run, metrics=[Metric(*row) for row in change["metrics"]])
        if "tags" in change:
            client.log_batch(self._run, tags=[RunTag(*item) for item in change["tags"].items()])
        if "file" in change:
            client.log_artifact(self._run, str(self._files / change["file"]), change["folder"] or None)
        if "status" in change:
            client.set_terminated(self._run, change["status"], change["time"])


def send_unsent(uri: str) -> None:
    """Send the stored changes of earlier runs to the MLflow at `uri`."""
    for path in sorted(UNSENT[uri].glob("*.jsonl")):
        if next(_changes(path), {}).get("uri") == uri:
            Outbox(path.stem, path.parent, uri).resend()


def _changes(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as file:
        for line in file:
            with suppress(ValueError):  # a killed process may leave an incomplete line
                yield json.loads(line)


def active_outbox() -> Outbox:
    """Return the outbox of the active run."""
    run, uri = mlflow.active_run(), mlflow.get_tracking_uri()
    if run is None:
        raise RuntimeError("No MLflow run is active.")
    return Outbox(run.info.run_id, UNSENT.get(uri, Path("mlruns/unsent")), uri)


def close_run(status: str) -> None:
    """End the active run, if there is one."""
    if mlflow.active_run() is None:
        return
    outbox = active_outbox()
    sent = outbox.resend()
    try:
        mlflow.end_run(status)  # even if the server is unreachable, the run is no longer active
        ended = True
    except FAILURES:
        ended = False
    if not (sent and ended):
        outbox.close(status)
