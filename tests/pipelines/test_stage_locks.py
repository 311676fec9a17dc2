from types import SimpleNamespace

import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline, node

from waveloom.config.errors import InputError
from waveloom.hooks import LockStages

CATALOG = DataCatalog({"params:train": MemoryDataset({"distribution": "one"})})


def run(project, *stages):
    """Start a run of `stages` without ending it."""
    hook = LockStages()
    hook.after_context_created(SimpleNamespace(project_path=project))
    pipeline = Pipeline([node(lambda: 1, None, stage, name=stage) for stage in stages])
    hook.before_pipeline_run(pipeline, CATALOG)
    return hook


def test_a_stage_that_another_run_is_running_is_refused(tmp_path):
    first = run(tmp_path, "ingest", "prepare")
    with pytest.raises(InputError, match="runs the stage ingest of this project"):
        run(tmp_path, "ingest")
    run(tmp_path, "features").after_pipeline_run()
    first.after_pipeline_run()
    run(tmp_path, "ingest").on_pipeline_error()
    run(tmp_path, "ingest").on_pipeline_error()


def test_two_projects_may_run_the_same_stage_at_once(tmp_path):
    runs = [run(tmp_path / name, "ingest") for name in ("one", "other")]
    for hook in runs:
        hook.after_pipeline_run()
