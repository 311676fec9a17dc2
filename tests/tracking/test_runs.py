"""Which MLflow run a training opens or continues."""

from dataclasses import replace

import mlflow
import pytest

from tests.training import small
from waveloom.tracking.outbox import close_run
from waveloom.tracking.runs import open_run


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return small.store(tmp_path_factory.mktemp("clips") / "clips")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return tmp_path_factory.mktemp("project")


def begin(project, clips, rules=small.CONFIG, **recipe):
    """Open the run of a training as the hook does; give its id."""
    inputs = {
        "clips": clips,
        "feature_table": small.table(clips),
        "recipes": {"tiny": lambda: {**small.TREE, **recipe}},
        "params:train": rules,
        "params:features": small.FEATURES,
        "project": project,
    }
    open_run(project, {"features": {}, "train": {"recipe": "tiny"}}, inputs)
    return mlflow.active_run().info.run_id


@pytest.mark.parametrize("status", ["FAILED", "KILLED", "RUNNING"])
def test_a_training_that_failed_or_was_killed_continues_in_its_own_run(project, clips, status):
    rules = replace(small.CONFIG, seed=len(status))
    first = begin(project, clips, rules)
    close_run(status)
    assert begin(project, clips, rules) == first
    close_run("FINISHED")
    assert mlflow.get_run(first).info.status == "FINISHED"


def test_a_training_with_another_recipe_or_parameter_opens_another_run(project, clips):
    first = begin(project, clips)
    close_run("FAILED")
    others = [{"noise": 5}, {"optimiser": {"discriminator_rate": 0.001}}, {"rules": replace(small.CONFIG, steps=13)}]
    found = set()
    for other in others:
        found.add(begin(project, clips, **other))
        close_run("FAILED")
    assert len(found | {first}) == 4
    assert begin(project, clips) == first
    close_run("FINISHED")


def test_a_repeated_training_opens_another_run(project, clips):
    rules = replace(small.CONFIG, seed=77)
    first = begin(project, clips, rules)
    close_run("FINISHED")
    assert begin(project, clips, rules) != first
    close_run("FINISHED")
