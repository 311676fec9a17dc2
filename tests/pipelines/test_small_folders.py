"""Folders too small for the splits, from ingest to the report, with the default parameters."""

import json
import shutil
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
import soundfile

from tests.conftest import Project, scratch
from waveloom.models.files import load_model

pytestmark = pytest.mark.slow
DEFAULTS = {"train": {"batch_size": 32, "patience": 3}, "classify": {"folds": 5}, "evaluate": {"folds": 5}}


def project_of(folder: Path, sizes: list[int], flat: bool = False) -> Project:
    """A scratch project whose corpus has classes of these sizes; with `flat`, all files are in one folder."""
    project = scratch(folder)
    project.set(DEFAULTS)
    shutil.rmtree(folder / "sounds")
    draw, time = np.random.default_rng(0), np.arange(4000) / 8000
    for number, size in enumerate(sizes):
        parent = folder / "sounds" if flat else folder / "sounds" / f"class{number}"
        parent.mkdir(parents=True, exist_ok=True)
        for index in range(size):
            tone = np.sin(2 * np.pi * 200 * (number + 1) * draw.uniform(0.9, 1.1) * time)
            hiss = 0.05 * draw.standard_normal(len(time))
            soundfile.write(parent / f"{number}-{index:02d}.wav", 0.4 * (tone + hiss) * np.exp(-3 * time), 8000)
    return project


def read(project: Project, name: str) -> dict:
    return json.loads((project.folder / "data/06_reports" / name).read_text(), parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("sizes", "flat", "left_out"),
    [
        ([1], False, {"training_only_classes", "training_batch_size", "training_validation", "metrics", "floor"}),
        ([2], True, {"training_only_classes", "training_batch_size", "training_validation", "metrics", "floor"}),
        (
            [1, 1, 1],
            False,
            {"training_only_classes", "training_batch_size", "training_validation", "metrics", "floor"}
            | {"recognition_cross_validation", "recognition_test"},
        ),
        (
            [5, 12, 2, 1],
            False,
            {"training_only_classes", "training_batch_size", "metrics"}
            | {"recognition_folds", "recognition_cross_validated_labels", "recognition_tested_labels"},
        ),
    ],
    ids=["one file", "two files in a flat folder", "three classes of one", "small and large classes"],
)
def test_a_small_folder_gives_a_generator_samples_and_a_report_that_lists_omissions(tmp_path, sizes, flat, left_out):
    project = project_of(tmp_path, sizes, flat)
    output = project.run("kedro", "run")
    recordings = pd.read_parquet(tmp_path / "data/01_recordings/recordings.parquet")
    assert (recordings["status"] == "accepted").sum() == sum(sizes)
    metrics = read(project, "metrics.json")
    assert set(metrics["left_out"]) == left_out
    report = (tmp_path / "data/06_reports/report.html").read_text()
    assert "Left out because there are too few sounds" in report
    assert "training batch size: " in report
    assert "Left out because there are too few sounds" in output
    assert list((tmp_path / "data/05_samples/samples").glob("*.wav"))
    assert load_model(tmp_path / "data/04_models/generator").spec["training"]["left_out"]["batch_size"]
    assert read(project, "classification.json")["folds"] != 5
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/mlruns/mlflow.db")
    (run,) = client.search_runs([client.get_experiment_by_name("waveloom").experiment_id])
    assert {name for name in run.data.tags if name.startswith("left_out.")} == {f"left_out.{name}" for name in left_out}
    assert run.data.metrics["left_out"] == len(left_out)
