"""Isolates MLflow between tests, and gives a real MLflow server that can be stopped and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import mlflow
import pytest
import requests

from waveloom.tracking.store import HTTP_RETRY_SETTINGS, MLFLOW_URI

VARIABLES = (MLFLOW_URI, "DVC_ROOT", *HTTP_RETRY_SETTINGS)


@pytest.fixture(autouse=True)
def _own_store(monkeypatch):
    """Isolate each test from the stores and environment variables of others."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")  # so that it is restored even if MLflow changes it
        monkeypatch.delenv(name)
    yield
    while mlflow.active_run():
        try:
            mlflow.end_run()
        except mlflow.MlflowException:
            continue
    mlflow.set_tracking_uri(None)


def free_port() -> int:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        return reserved.getsockname()[1]


class Server:
    """An `mlflow server` process on this machine, which stores artifacts itself."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.uri = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        store = f"sqlite:///{self.folder}/server.db"
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--workers", "1", "--backend-store-uri", store, "--artifacts-destination", f"{self.folder}/files"]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, env={**os.environ}
            )
        end = time.monotonic() + 120
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() < end
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.uri}/health", timeout=1).ok
        except requests.RequestException:
            return False


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()
