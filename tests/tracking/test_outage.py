"""MLflow on a server that stops and starts again."""

import json
import logging
import time

import mlflow
import numpy as np
import pandas as pd
import pytest

from waveloom.execution.cost import Cost
from waveloom.models.model import Model
from waveloom.tracking import outbox
from waveloom.tracking.names import MODEL
from waveloom.tracking.outbox import close_run, send_unsent
from waveloom.tracking.outputs import log_cost, log_outputs
from waveloom.tracking.store import MLFLOW_URI, connect
from waveloom.tracking.training_callback import TrainingCallback

pytestmark = pytest.mark.slow

CLIPS = np.zeros((8, 64), np.float32)


@pytest.fixture
def run(server, tmp_path, monkeypatch):
    monkeypatch.setenv(MLFLOW_URI, server.uri)
    monkeypatch.setattr(outbox, "RETRY_SECONDS", 0.5)
    if server.process is None:
        server.start()
    mlflow.set_experiment(experiment_id=connect(tmp_path))
    return mlflow.start_run().info.run_id


def steps(server, run, name="discriminator_loss"):
    history = mlflow.MlflowClient(server.uri).get_metric_history(run, name)
    return sorted(metric.step for metric in history)


def train(callback, first, last):
    for step in range(first, last + 1):
        callback.losses(step, {"discriminator_loss": 1.0, "generator_loss": float("nan")})
        if step % 50 == 0:
            callback.preview(step, CLIPS, 8000, 0.5)
            callback.failures(step, {"noise": "too loud"})


def test_files_are_stored_by_the_server_and_not_on_the_client(server, run, tmp_path):
    callback = TrainingCallback()
    train(callback, 1, 50)
    callback.end()
    close_run("FINISHED")
    assert mlflow.get_experiment(mlflow.get_run(run).info.experiment_id).artifact_location.startswith(
        "mlflow-artifacts:"
    )
    assert list((server.folder / "files").rglob("step-000050.wav"))
    assert not list(tmp_path.rglob("*.wav"))


def test_training_continues_without_the_server_and_all_entries_are_sent_when_it_is_back(server, run, tmp_path, caplog):
    callback = TrainingCallback()
    train(callback, 1, 60)
    server.stop()
    with caplog.at_level(logging.WARNING):
        start = time.monotonic()
        train(callback, 61, 400)
        assert time.monotonic() - start < 60
    assert len([record for record in caplog.records if "does not accept" in record.message]) == 1
    server.start()
    time.sleep(1)
    train(callback, 401, 460)
    callback.end()
    log_cost("train", Cost(1.0, 2.0))
    close_run("FINISHED")
    assert steps(server, run) == list(range(1, 461))
    found = mlflow.get_run(run)
    assert found.info.status == "FINISHED"
    assert found.data.tags["failure.noise"] == "step 450: too loud"
    assert found.data.metrics["cost/train_cpu_minutes"] == 1
    previews = [file.path for file in mlflow.MlflowClient(server.uri).list_artifacts(run, "previews")]
    assert previews == [f"previews/step-{step:06d}.wav" for step in range(50, 451, 50)]
    assert not list((tmp_path / "mlruns/unsent").glob("*.jsonl"))


def test_entries_that_a_training_could_not_send_are_sent_by_the_next_stage(server, run, tmp_path, caplog):
    callback = TrainingCallback()
    server.stop()
    with caplog.at_level(logging.WARNING):
        train(callback, 1, 100)
        callback.end()
        losses = pd.DataFrame({"step": [1], "discriminator_loss": [1.0]})
        model = Model({"labels": [], "samples": 64, "rate_hz": 8000, "recipe": {}, "seed": 0, "steps": 1}, {})
        log_outputs({}, {"generator": model, "losses": losses})
        close_run("FINISHED")
    assert mlflow.active_run() is None
    (unsent,) = (tmp_path / "mlruns/unsent").glob("*.jsonl")
    assert all(json.loads(line)["uri"] == server.uri for line in unsent.read_text().splitlines())
    assert sum("is still unreachable" in record.message for record in caplog.records) == 1
    server.start()
    connect(tmp_path)
    send_unsent(server.uri)
    assert steps(server, run) == list(range(1, 101))
    found = mlflow.get_run(run)
    assert found.info.status == "FINISHED"
    assert found.data.tags[MODEL] == model.digest
    assert {file.path for file in mlflow.MlflowClient(server.uri).list_artifacts(run)} == {"losses.csv", "previews"}
    assert not list((tmp_path / "mlruns/unsent").glob("*.jsonl"))
