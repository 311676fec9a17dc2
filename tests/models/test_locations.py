import subprocess

import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.models.files import save_model
from waveloom.models.locations import load_start_model
from waveloom.models.model import Model


def model(seed):
    spec = {
        "recipe": {"generator": "dense", "discriminator": "dense"},
        "rate_hz": 16000,
        "samples": 8,
        "labels": [],
        "seed": seed,
        "steps": 1,
    }
    weight = {"000": np.full((2, 3), seed, np.float32)}
    return Model(spec, weight, weight)


def test_an_empty_address_gives_no_model(tmp_path):
    assert load_start_model("", tmp_path) is None


def test_a_folder_is_found_below_the_project(tmp_path):
    save_model(tmp_path / "models/first", model(1))
    assert load_start_model("models/first", tmp_path).digest == model(1).digest


def test_the_folder_that_training_replaces_is_refused(tmp_path):
    save_model(tmp_path / "data/04_models/generator", model(1))
    with pytest.raises(InputError, match=r"this training replaces.*dvc:data/04_models/generator@HEAD"):
        load_start_model("data/04_models/generator", tmp_path)


@pytest.mark.parametrize("file", ["weights.npz", "discriminator.npz", "model.json"])
@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_a_damaged_model_is_refused_with_one_error(tmp_path, file, damage):
    save_model(tmp_path / "m", model(1))
    content = (tmp_path / "m" / file).read_bytes()
    middle = len(content) // 2
    (tmp_path / "m" / file).write_bytes(content[:middle])
    if damage == "flip":
        (tmp_path / "m" / file).write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    if damage == "gone":
        (tmp_path / "m" / file).unlink()
    with pytest.raises(InputError, match=r"train.start_from is 'm', which cannot be used"):
        load_start_model("m", tmp_path)


def test_a_dvc_address_gives_the_model_of_a_revision_from_the_cache(tmp_path):
    def run(*command):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    run("git", "init", "-q")
    run("dvc", "init", "-q")
    for seed in (1, 2):
        save_model(tmp_path / "m", model(seed))
        run("dvc", "add", "-q", "m")
        run("git", "add", "-A")
        run("git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "model", "--no-verify")
    assert load_start_model("dvc:m@HEAD~1", tmp_path).digest == model(1).digest
    assert load_start_model("dvc:m", tmp_path).digest == model(2).digest
    assert load_start_model(f"dvc:{tmp_path}//m@HEAD~1", tmp_path / "elsewhere").digest == model(1).digest
    for missing in ("dvc:n", "dvc:m@nowhere"):
        with pytest.raises(InputError, match="DVC cannot give"):
            load_start_model(missing, tmp_path)


def test_an_mlflow_uri_gives_a_logged_model(tmp_path, monkeypatch):
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    save_model(tmp_path / "m", model(1))
    experiment = mlflow.create_experiment("e", artifact_location=(tmp_path / "kept").as_uri())
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifacts(str(tmp_path / "m"), "generator")
    assert load_start_model(f"runs:/{run.info.run_id}/generator", tmp_path).digest == model(1).digest
    for missing in ("runs:/nowhere/generator", f"runs:/{run.info.run_id}/other", "models:/nothing/1"):
        with pytest.raises(InputError, match=r"train.start_from is"):
            load_start_model(missing, tmp_path)
