"""A real MLflow store, with runs written as the pipelines write them."""

import json
import os
from types import SimpleNamespace

import mlflow
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.execution.cost import Cost
from waveloom.generation.samples import Samples
from waveloom.leaderboard.runs import read
from waveloom.leaderboard.tables import tables
from waveloom.tracking.outputs import log_cost, log_outputs
from waveloom.tracking.runs import open_run
from waveloom.tracking.store import store
from waveloom.tracking.training_callback import TrainingCallback

TABLE = pd.DataFrame({"clip_id": ["a", "b"], "mfcc_0": [0.0, 1.0]})
NOTHING = Samples(np.zeros((0, 8), np.float32), 8000, pd.DataFrame({"file": [], "seed": [], "label": [], "model": []}))


def measured(distance, sounds=256):
    """The part of the tree of metrics that the store is asked for."""
    return {
        "kernel_distance": {"mfcc": {"generated": distance, "floor": 0.5, "ceiling": 0.25}},
        "diversity_ratio": {"mfcc": {"generated": 0.9}},
        "copy_rate": {"clips": {"generated": 0.0}},
        "label_agreement": {"generated": "not measured: the recipe is not conditioned on labels"},
        "mean_opinion_score": {"generated": "not measured (0 listeners)"},
        "margins": {
            "kernel_distance": {"mfcc": {"generated": 0.5, "floor": 0.25}},
            "diversity_ratio": {},
            "copy_rate": {},
        },
        "embeddings": {"mfcc": {"version": "1", "dimensions": 40}, "other": "not measured: not installed"},
        "sets": {"generated": sounds, "real": 256, "seed": 0},
    }


def translation(distance):
    """The part of the tree of a translator's metrics that is logged under fixed names."""
    numbers = ("log_spectral_distance_db", "onset_f1", "chroma_cosine", "note_distance", "style_accuracy", "copy_rate")
    return {
        **{number: {} for number in numbers},
        "task": "translation",
        "kernel_distance": {"mfcc": {"translated": distance, "source": 9.0, "target": 0.0}},
        "lower": {},
        "upper": {},
        "embeddings": {"mfcc": {"version": "1", "dimensions": 40}},
        "sets": {"translations": 96},
    }


def record(project, seed, metrics, clips="a" * 64, finish="FINISHED"):
    params = {"features": {}, "train": {"recipe": "residual", "seed": seed, "steps": 100}}
    inputs = {"clips": SimpleNamespace(digest=clips), "feature_table": TABLE}
    open_run(project, params, inputs)
    callback = TrainingCallback()
    callback.losses(1, {"discriminator_loss": 1.0})
    callback.end()
    log_cost("train", Cost(cpu_minutes=3.5, peak_memory_mb=700.0))
    if metrics:
        generator = SimpleNamespace(spec={"recipe": {"objective": "hinge"}})
        outputs = {"metrics": metrics, "report": "", "figures": {}, "samples": NOTHING}
        log_outputs({**inputs, "generator": generator}, outputs)
    mlflow.end_run(finish)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / "params.yaml").touch()
    (folder / "conf").mkdir()
    record(folder, 0, measured(4.0))
    record(folder, 1, measured(1.0))
    record(folder, 2, measured(1.5))
    record(folder, 3, measured(0.1), clips="b" * 64)
    record(folder, 4, measured(0.1, sounds=64))
    record(folder, 5, None)
    record(folder, 6, None, finish="FAILED")
    record(folder, 7, translation(2.0))
    return folder


def run(project, *arguments):
    result = CliRunner().invoke(app, ["leaderboard", "--project", str(project), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_every_run_is_in_a_table_or_excluded_with_its_reason(project):
    entries, left_out = read(project, "mfcc")
    assert len(entries) + len(left_out) == 8
    assert sorted(one.reason for one in left_out) == [
        "it is a translator, and this table compares generators",
        "it was not evaluated, or by a version that did not record the clips",
        "its run is failed",
    ]


def test_comparable_runs_are_ordered_and_others_are_in_separate_tables(project):
    first, *others = tables(read(project, "mfcc")[0])
    assert [(row.entry.seed, row.against_best) for row in first.rows] == [
        ("1", "best"),
        ("2", "within noise"),
        ("0", "worse"),
    ]
    assert {table.difference.split(" (")[0] for table in others} == {
        "other clips and features",
        "other generated sounds",
    }


def test_an_entry_has_its_settings_floor_and_ceiling(project):
    best = tables(read(project, "mfcc")[0])[0].rows[0].entry
    assert (best.recipe, best.objective, best.seed, best.steps) == ("residual", "hinge", "1", "100")
    assert (best.score, best.margin, best.floor, best.floor_margin, best.ceiling) == (1.0, 0.5, 0.5, 0.25, 0.25)
    assert 0 < best.minutes < 5
    assert (best.cpu_minutes, best.memory_mb) == (3.5, 700.0)
    assert (best.diversity, best.copies, best.agreement) == (0.9, 0.0, None)
    assert best.basis["embedding"] == "mfcc 1"


def test_the_headline_has_names_of_its_own_in_mlflow(project):
    client = mlflow.MlflowClient(store(project)[1])
    metrics = client.get_run(tables(read(project, "mfcc")[0])[0].rows[0].entry.run).data.metrics
    assert metrics["kernel_distance"] == metrics["evaluation/kernel_distance.mfcc.generated"] == 1.0
    assert metrics["kernel_distance_margin"] == 0.5
    assert "label_agreement" not in metrics


def test_the_headline_of_a_translator_has_names_of_its_own(project):
    client = mlflow.MlflowClient(store(project)[1])
    (left_out,) = (one.run for one in read(project, "mfcc")[1] if "translator" in one.reason)
    metrics = client.get_run(left_out).data.metrics
    assert metrics["translation_kernel_distance"] == 2.0
    assert metrics["translation_kernel_distance_source"] == 9.0
    assert "kernel_distance" not in metrics


def test_the_command_writes_three_files_and_prints_the_same_for_machines(project, tmp_path):
    said = run(project, "--out", str(tmp_path / "board"))
    assert "within noise" in said
    assert {file.name for file in (tmp_path / "board").iterdir()} == {
        "leaderboard.html",
        "leaderboard.csv",
        "leaderboard.md",
    }
    found = json.loads(run(project, "--json"))
    assert [len(table["rows"]) for table in found["tables"]] == [3, 1, 1]
    assert len(found["left_out"]) == 3


def test_strict_refuses_and_an_unknown_embedding_finds_nothing(project):
    with pytest.raises(InputError, match="under different conditions and make 3 tables"):
        run(project, "--strict")
    with pytest.raises(InputError, match="not measured with the embedding nosuch"):
        run(project, "--embedding", "nosuch")


def test_two_projects_in_one_process_keep_stores_of_their_own(project, tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    record(tmp_path, 0, measured(9.0))
    assert [entry.score for entry in read(tmp_path, "mfcc")[0]] == [9.0]
    assert len(read(project, "mfcc")[0]) == 5
    assert "MLFLOW_TRACKING_URI" not in os.environ


def test_a_project_without_runs_is_refused(tmp_path):
    (tmp_path / "params.yaml").touch()
    (tmp_path / "conf").mkdir()
    with pytest.raises(InputError, match="there is no run"):
        run(tmp_path)
