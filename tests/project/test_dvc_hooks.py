"""DVC reads dependencies after a stage has run; a version that was not used must not be recorded."""

import logging
import os
from types import SimpleNamespace

import pytest
from kedro.pipeline import Pipeline, node

from waveloom.config.errors import InputError
from waveloom.project import params
from waveloom.project.dvc_hooks import RejectChangedDependencies

PIPELINE = Pipeline([node(lambda *inputs: 0, ["params:prepare", "params:train.steps", "params:execution", "x"], "y")])


@pytest.fixture
def project(tmp_path, monkeypatch):
    files = {
        "params.yaml": "prepare: {rate_hz: 8000}\ntrain: {steps: 5}\ningest: {corpus: folder, options: {root: mine}}\n",
        "dvc.yaml": "stages: {prepare: {deps: [src/a.py, src/part, conf/x.yml, data/made]}, train: {deps: []}}\n",
        "src/waveloom/__init__.py": "",
        "src/a.py": "a = 1\n",
        "src/part/b.py": "b = 1\n",
        "conf/x.yml": "x: 1\n",
        "conf/recipes/loom.yml": "x: 1\n",
        "data/made": "made",
        "mine/dog/1.wav": "one",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".inputs").mkdir()
    (tmp_path / ".inputs/recipe").symlink_to("../conf/recipes/loom.yml")
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.setenv("DVC_STAGE", "prepare")
    return tmp_path


def started(project, overrides=None):
    """Run the hooks up to the first node; `overrides` stand for a preset or the command line."""
    tree = params.fill_defaults(
        params.apply_preset(params.load(project / "params.yaml"), project / "none", overrides or {})
    )
    hook = RejectChangedDependencies()
    hook.after_context_created(SimpleNamespace(project_path=project, config_loader={"parameters": tree}))
    hook.before_pipeline_run()
    return hook


def edit(path, old, new):
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        ("params.yaml", "rate_hz: 8000", "rate_hz: 4000", "prepare in params.yaml"),
        ("params.yaml", "prepare: {rate_hz: 8000}\n", "", "prepare in params.yaml"),
        ("params.yaml", "steps: 5", "steps: 6", "train in params.yaml"),
        ("params.yaml", "rate_hz", "rate_hz: [", "prepare, train in params.yaml"),
        ("src/a.py", "1", "2", "src/a.py"),
        ("src/part/b.py", "1", "2", "src/part/b.py"),
        ("conf/x.yml", "1", "2", "conf/x.yml"),
        ("mine/dog/1.wav", "one", "other", "1.wav"),
    ],
)
def test_a_stage_fails_if_a_dependency_was_edited_while_it_ran(project, file, old, new, name):
    hook = started(project)
    edit(project / file, old, new)
    with pytest.raises(InputError, match=f"{name} was changed while the stage prepare ran"):
        hook.after_pipeline_run(PIPELINE)


def test_a_stage_fails_if_files_were_added_to_the_corpus_or_removed_while_it_ran(project):
    hook = started(project)
    (project / "mine/dog/2.wav").touch()
    with pytest.raises(InputError, match=r"2\.wav was changed"):
        hook.after_pipeline_run(PIPELINE)
    hook = started(project)
    (project / "mine/dog/1.wav").unlink()
    with pytest.raises(InputError, match=r"1\.wav was changed"):
        hook.after_pipeline_run(PIPELINE)


def test_train_fails_if_the_recipe_was_edited_while_it_ran(project, monkeypatch):
    monkeypatch.setenv("DVC_STAGE", "train")
    hook = started(project)
    edit(project / "conf/recipes/loom.yml", "1", "2")
    with pytest.raises(InputError, match=r"\.inputs/recipe was changed while the stage train ran"):
        hook.after_pipeline_run(PIPELINE)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("params.yaml", "train", "execution: {workers: 1}\ntrain"),
        ("params.yaml", "corpus: folder", "min_seconds: 1.0, corpus: folder"),
        ("params.yaml", "prepare: {rate_hz: 8000}", "prepare: {rate_hz: 8000}  # a comment"),
        ("data/made", "made", "made again"),
        ("src/a.py", "a", "a"),
    ],
)
def test_files_that_the_stage_does_not_use_may_be_edited(project, file, old, new):
    hook = started(project)
    edit(project / file, old, new)
    hook.after_pipeline_run(PIPELINE)


def test_values_of_a_preset_or_of_the_command_line_do_not_count_as_edits(project):
    started(project, {"prepare": {"rate_hz": 4000}, "train": {"steps": 7}}).after_pipeline_run(PIPELINE)


def test_downloads_from_freesound_do_not_count_as_edits(project):
    edit(project / "params.yaml", "corpus: folder", "corpus: freesound")
    hook = started(project)
    (project / "mine/fetched.ogg").touch()
    hook.after_pipeline_run(PIPELINE)


def test_the_links_are_updated_after_the_run(project):
    (project / ".inputs/corpus").symlink_to("../elsewhere")
    started(project).after_pipeline_run(PIPELINE)
    assert os.readlink(project / ".inputs/corpus") == "../mine"


def test_without_dvc_an_edit_gives_a_warning_and_no_link_is_created(project, monkeypatch, caplog):
    monkeypatch.delenv("DVC_STAGE")
    hook = started(project)
    edit(project / "params.yaml", "steps: 5", "steps: 6")
    with caplog.at_level(logging.WARNING):
        hook.after_pipeline_run(PIPELINE)
    assert "edited during this run" in caplog.text
    assert not (project / ".inputs/corpus").exists()
