import shutil
import socket
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import mlflow
import pytest

from tests.tracking.conftest import free_port
from waveloom.config.errors import InputError
from waveloom.tracking.store import MLFLOW_URI, connect, store, without_password


def run_with_a_file(project, text):
    experiment = connect(project)
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_text(text, "note.txt")
    return run.info.run_id


def logged_text(run):
    return mlflow.artifacts.load_text(f"{mlflow.get_run(run).info.artifact_uri}/note.txt")


@pytest.mark.parametrize("move", [shutil.move, shutil.copytree])
def test_a_moved_or_copied_project_reads_and_writes_files_in_its_new_folder(tmp_path, move):
    first, now = tmp_path / "first", tmp_path / "now it's here"
    old = run_with_a_file(first, "old")
    move(first, now)
    shutil.rmtree(first, ignore_errors=True)
    new = run_with_a_file(now, "new")
    assert (logged_text(old), logged_text(new)) == ("old", "new")
    assert not first.exists()
    assert len(list((now / "mlruns/artifacts").glob("*/artifacts/note.txt"))) == 2
    with sqlite3.connect(now / "mlruns/mlflow.db") as database:
        assert not any(str(first) in line for line in database.iterdump() if "waveloom" in line or old in line)


def test_only_paths_within_the_moved_project_are_rewritten(tmp_path):
    run = run_with_a_file(tmp_path / "p", "text")
    neighbour = (tmp_path / "p/mlruns/artifacts-old").as_uri()
    with sqlite3.connect(tmp_path / "p/mlruns/mlflow.db") as database:
        database.execute(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, workspace) "
            "SELECT 77, 'other', ?, lifecycle_stage, workspace FROM experiments LIMIT 1",
            (neighbour,),
        )
    shutil.move(tmp_path / "p", tmp_path / "q")
    connect(tmp_path / "q")
    assert mlflow.get_experiment("77").artifact_location == neighbour
    assert logged_text(run) == "text"


def test_an_unreachable_server_raises_an_input_error_within_seconds(tmp_path, monkeypatch):
    uri = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv(MLFLOW_URI, uri)
    start = time.monotonic()
    with pytest.raises(InputError, match=f"{MLFLOW_URI} is {uri}, and no MLflow server answers there"):
        connect(tmp_path)
    assert time.monotonic() - start < 10
    assert not (tmp_path / "mlruns").exists()


def test_a_server_that_never_answers_raises_an_input_error_within_seconds(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv(MLFLOW_URI, f"http://127.0.0.1:{silent.getsockname()[1]}")
        start = time.monotonic()
        with pytest.raises(InputError, match="no MLflow server answers there"):
            connect(tmp_path)
        assert time.monotonic() - start < 15


class NotMlflow(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404)
        self.end_headers()
        self.wfile.write(b"<html>nothing here</html>")

    do_POST = do_GET  # noqa: N815 (http.server asks for this name)

    def log_message(self, *args):
        pass


def test_a_server_that_is_not_mlflow_raises_an_input_error(tmp_path, monkeypatch):
    with HTTPServer(("127.0.0.1", 0), NotMlflow) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        monkeypatch.setenv(MLFLOW_URI, f"http://127.0.0.1:{other.server_port}")
        with pytest.raises(InputError, match="cannot be used") as caught:
            connect(tmp_path)
        other.shutdown()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("problem", ["folder", "text", "file in the way"])
def test_a_store_that_cannot_be_used_raises_an_input_error(tmp_path, problem):
    database = store(tmp_path)[0] / "mlflow.db"
    if problem == "file in the way":
        database.parent.write_text("a file")
    else:
        database.parent.mkdir()
        database.mkdir() if problem == "folder" else database.write_text("this is no database" * 100)
    with pytest.raises(InputError, match=r"MLflow's store .* cannot be used") as caught:
        connect(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_password_in_the_address_is_not_shown():
    assert without_password("http://me:secret@host:5000/path") == "http://***@host:5000/path"
    assert without_password("sqlite:////a/b.db") == "sqlite:////a/b.db"
