"""One call loads a generator from wherever it is, with no more libraries than it needs."""

import subprocess
import sys

import numpy as np
import pytest

from tests.generation.test_exported_model import whole
from waveloom.generation.exported_model import export
from waveloom.generation.load import load
from waveloom.generation.sampler import Sampler
from waveloom.models.files import save_model

GENERATE = "load(sys.argv[1]).clips([0], ['drum'])"
LIBRARIES = ("tensorflow", "keras", "kedro", "dvc", "mlflow")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("generators")
    save_model(place / "trained", whole())
    export(whole(), place / "onnx", "onnx")
    return place


def imported(code: str, folder) -> set[str]:
    """The LIBRARIES that a new process imports."""
    code = f"import sys; from waveloom.generation.load import load; {code}; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    return {name for name in LIBRARIES if name in result.stdout.split()}


def test_an_exported_generator_runs_without_tensorflow_kedro_dvc_and_mlflow(folder):
    assert imported(GENERATE, folder / "onnx") == set()


def test_a_trained_generator_runs_without_kedro_dvc_and_mlflow(folder):
    assert imported(GENERATE, folder / "trained") == {"tensorflow", "keras"}
    assert imported("load(sys.argv[1])", folder / "trained") == set()


def test_a_loaded_generator_states_what_it_makes(folder):
    for name in ("trained", "onnx"):
        generator = load(folder / name)
        assert (generator.labels, generator.rate_hz, generator.seconds) == (["drum", "flute"], 8000, 64 / 8000)
        assert generator.digest == whole().digest


def test_a_relative_folder_is_below_the_project(folder):
    assert load("trained", folder).digest == whole().digest


def test_an_mlflow_uri_gives_the_generator_of_a_run(folder, tmp_path, monkeypatch):
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    experiment = mlflow.create_experiment("e", artifact_location=(tmp_path / "artifacts").as_uri())
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifacts(str(folder / "trained"), "generator")
    generator = load(f"runs:/{run.info.run_id}/generator")
    np.testing.assert_array_equal(generator.clips([1], ["drum"]), Sampler(whole()).clips([1], ["drum"]))
