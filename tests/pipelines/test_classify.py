import json

import mlflow
import pandas as pd
import pytest

from waveloom.models.files import load_model

pytestmark = pytest.mark.slow


def test_the_chain_ends_with_a_classifier_and_its_metrics(chain):
    model = load_model(chain.folder / "data/04_models/classifier")
    metrics = json.loads((chain.folder / "data/06_reports/classification.json").read_text(), parse_constant=pytest.fail)
    assert model.spec["labels"] == ["high", "low", "noise"]
    assert metrics["test"]["accuracy"] == 1
    assert not list((chain.folder / "data/04_models").rglob("*.pkl"))


def test_a_recording_is_classified_and_silence_is_unlike_anything(chain):
    output = chain.run("waveloom", "classify", "sounds/high/03.wav", "sounds/low/silent.wav")
    assert "sounds/high/03.wav: high, " in output
    assert "sounds/low/silent.wav: unlike anything it was trained on" in output


def test_a_file_that_is_not_a_sound_fails_the_command_but_not_the_other_files(chain):
    output = chain.run("waveloom", "classify", "--json", "sounds/low/text.wav", "sounds/low/03.wav", code=1)
    bad, good = (json.loads(line) for line in output.splitlines())
    assert bad["reason"].startswith("unreadable")
    assert good["label"] == "low"


def test_mlflow_stores_the_classifier_in_a_run_of_its_own_and_loads_it(chain, chain_store):
    client = mlflow.MlflowClient(f"sqlite:///{chain.folder}/mlruns/mlflow.db")
    runs = client.search_runs([client.get_experiment_by_name("waveloom-classifiers").experiment_id])
    assert runs[0].data.tags["waveloom.classifier"] == load_model(chain.folder / "data/04_models/classifier").digest
    assert runs[0].data.metrics["test.accuracy"] == 1
    classifier = mlflow.pyfunc.load_model(f"runs:/{runs[0].info.run_id}/classifier")
    files = [str(chain.folder / "sounds/low/03.wav"), str(chain.folder / "sounds/noise/03.wav")]
    assert classifier.predict(pd.DataFrame({"file": files}))["label"].tolist() == ["low", "noise"]
