import json
import re
import shutil
import signal
import time

import mlflow
import pandas as pd
import pytest
from ruamel.yaml import YAML

from tests.conftest import scratch
from tests.training.machines import addresses
from waveloom.models.files import load_model
from waveloom.tracking.names import MODEL

pytestmark = pytest.mark.slow


def digests(project):
    lock = YAML(typ="safe").load(project.folder / "dvc.lock")
    return {out["path"]: out["md5"] for stage in lock["stages"].values() for out in stage["outs"]}


def runs(project):
    client = mlflow.MlflowClient(f"sqlite:///{project.folder}/mlruns/mlflow.db")
    return client.search_runs([client.get_experiment_by_name("waveloom").experiment_id])


def test_one_command_creates_report_samples_and_generator(chain):
    data = chain.folder / "data"
    assert "<audio" in (data / "06_reports/report.html").read_text()
    assert len(list((data / "05_samples/samples").glob("*.wav"))) == 12
    assert load_model(data / "04_models/generator").spec["training"]["steps"] == 12


def test_the_second_time_nothing_is_computed(chain):
    assert "Data and pipelines are up to date" in chain.run("dvc", "repro")


def test_every_file_has_one_row_accepted_or_with_its_reason(chain):
    table = pd.read_parquet(chain.folder / "data/01_recordings/recordings.parquet")
    assert len(table) == 36 + 5
    rejected = table[table["status"] == "rejected"].set_index("name")["reason"]
    assert len(rejected) == 5
    for name, word in {"silent": "silen", "short": "short", "nan": "finite", "text": "read", "empty": "empty"}.items():
        assert word in rejected[f"low/{name}.wav"], rejected


def test_no_group_is_in_two_splits(chain):
    table = pd.read_parquet(chain.folder / "data/01_recordings/recordings.parquet").query("status == 'accepted'")
    assert (table.groupby("group")["split"].nunique() == 1).all()
    assert set(table["split"]) == {"train", "validation", "test"}


def test_a_second_run_from_scratch_gives_the_same_bytes(chain):
    before = digests(chain)
    for folder in ("data", ".dvc/cache", ".checkpoints"):
        shutil.rmtree(chain.folder / folder)
    chain.run("dvc", "repro")
    assert digests(chain) == before


def test_training_and_evaluation_are_one_mlflow_run(chain):
    run = next(run for run in runs(chain) if run.info.status == "FINISHED")
    assert run.data.params["train.steps"] == "12"
    assert "discriminator_loss" in run.data.metrics
    for node in ("train", "evaluate"):
        assert 0 < run.data.metrics[f"cost/{node}_cpu_minutes"] < 10
        assert 100 < run.data.metrics[f"cost/{node}_peak_memory_mb"] < 10_000
    results = json.loads(chain.run("waveloom", "results", "--json"))
    assert results["cost"]["train"]["cpu_minutes"] == run.data.metrics["cost/train_cpu_minutes"]
    assert re.search(
        r"^evaluate +took [\d.]+ CPU minutes and at most [\d,]+ MB$", chain.run("waveloom", "results"), re.M
    )
    assert any(key.startswith("kernel_distance") for key in run.data.metrics)
    assert run.data.tags[MODEL] == load_model(chain.folder / "data/04_models/generator").digest
    client = mlflow.MlflowClient(f"sqlite:///{chain.folder}/mlruns/mlflow.db")
    artifacts = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert {"samples", "previews", "figures", "report.html"} <= artifacts


def test_the_logged_generator_is_deterministic(chain, chain_store):
    run = next(run for run in runs(chain) if run.data.tags.get(MODEL))
    generator = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/generator")
    rows = pd.DataFrame({"seed": [3, 4], "label": ["low", "high"]})
    clips = generator.predict(rows)
    assert clips.shape == (2, 2048)
    assert (clips == generator.predict(rows)).all()


def test_a_stage_runs_alone_by_its_name(chain):
    output = chain.run("kedro", "run", "--pipeline", "features")
    assert "Deprecat" not in output
    assert "tensorflow" not in output


def test_metrics_hold_numbers_or_say_not_measured(chain):
    metrics = json.loads((chain.folder / "data/06_reports/metrics.json").read_text(), parse_constant=pytest.fail)
    assert metrics


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("train.stpes=3", "train.stpes is not a parameter"),
        ("train.steps=many", "train.steps is 'many'"),
        ("trian.steps=3", "trian is not a section"),
        ("train.recipe=nosuch", "train.recipe is 'nosuch'; conf/recipes has: "),
        ("train.overrides.objective=hing", "no 'hing' in objectives"),
    ],
)
def test_a_wrong_parameter_stops_before_the_first_node_with_a_message(chain, parameter, message):
    output = chain.run("kedro", "run", "--pipeline", "train", "--params", parameter, code=1)
    assert message in output
    assert "Traceback" not in output


def test_a_missing_folder_gives_a_message(chain):
    output = chain.run("kedro", "run", "--pipeline", "ingest", "--params", "ingest.options.root=nowhere", code=1)
    assert "nowhere" in output
    assert "Traceback" not in output


def test_an_experiment_changes_a_parameter_and_is_listed_with_the_other_runs(chain):
    chain.run("dvc", "exp", "run", "--temp", "-n", "longer", "-S", "train.steps=14")
    table = json.loads(chain.run("dvc", "exp", "show", "--json"))
    shown = json.dumps(table)
    assert "longer" in shown
    run = next(run for run in runs(chain) if run.data.params.get("train.steps") == "14")
    assert run.info.status == "FINISHED"
    assert run.data.tags["dvc.exp.name"] == "longer"


def test_a_killed_training_resumes_and_ends_with_the_same_weights(tmp_path_factory):
    digest = {}
    for name in ("uninterrupted", "killed"):
        project = scratch(tmp_path_factory.mktemp(name))
        project.set({"train": {"steps": 400, "checkpoint_every": 20, "validate_every": 0}})
        project.run("dvc", "repro", "features")
        if name == "killed":
            kill_after_a_checkpoint(project)
        output = project.run("dvc", "repro", "train")
        assert ("resum" in output.lower()) == (name == "killed")
        digest[name] = load_model(project.folder / "data/04_models/generator").digest
        assert [run.info.status for run in runs(project)] == ["FINISHED"]
    assert digest["killed"] == digest["uninterrupted"]


def kill_after_a_checkpoint(project):
    process = project.start("kedro", "run", "--pipeline", "train")
    deadline = time.monotonic() + 120
    while not list(project.folder.glob(".checkpoints/*/step-????????/state.json")):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (project.folder / "data/04_models/generator").exists()


def test_two_machines_train_one_generator_and_only_the_chief_saves_it(tmp_path):
    """Two processes of one project, as if on a folder that both machines share; the system assigns the ports."""
    project = scratch(tmp_path)
    for stage in ("ingest", "prepare", "features"):
        project.run("kedro", "run", "--pipeline", stage)
    workers = addresses(2)
    command = ("kedro", "run", "--pipeline", "train", "--params", "train.distribution=cluster")
    machines = []
    for index in (0, 1):
        task = {"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}}
        project.env["TF_CONFIG"] = json.dumps(task)
        machines.append(project.start(*command))
    outputs = [machine.communicate(timeout=600)[0] for machine in machines]
    assert [machine.returncode for machine in machines] == [0, 0], outputs
    model = load_model(project.folder / "data/04_models/generator")
    (run,) = runs(project)
    assert run.data.tags[MODEL] == model.digest
    assert model.spec["validation_distance"] != "not measured"
    assert "it can only train" in project.run("kedro", "run", "--params", "train.distribution=cluster", code=1)
