from pathlib import Path

from kedro.pipeline import Pipeline, node
from ruamel.yaml import YAML

from waveloom.project.dvc_yaml import stage_order


def test_the_executor_makes_no_stage_stale():
    text = (Path(__file__).parents[2] / "dvc.yaml").read_text()
    assert "execution" in (Path(__file__).parents[2] / "params.yaml").read_text()
    assert not any("execution" in stage.get("params", []) for stage in YAML(typ="safe").load(text)["stages"].values())


def test_a_stage_without_dependants_comes_after_the_longest_chain_so_that_its_failure_stops_nothing():
    def stage(name, given, made):
        return Pipeline([node(lambda x: x, given, made, name=name)])

    stages = {
        "classify": stage("classify", "clips", "classifier"),
        "evaluate": stage("evaluate", "generator", "report"),
        "ingest": stage("ingest", "sounds", "recordings"),
        "prepare": stage("prepare", "recordings", "clips"),
        "train": stage("train", "clips", "generator"),
    }
    assert stage_order(stages) == ["ingest", "prepare", "train", "evaluate", "classify"]


def test_the_classifier_is_the_last_stage_of_this_project():
    root = Path(__file__).parents[2]
    stages = YAML(typ="safe").load(root / "dvc.yaml")["stages"]
    assert list(stages) == ["inputs", "ingest", "prepare", "features", "train", "evaluate", "classify"]
