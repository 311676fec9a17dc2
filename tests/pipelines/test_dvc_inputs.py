"""DVC sees changes of external inputs, and records the versions that stages used."""

import os
import shutil
import subprocess

import pandas as pd
import pytest

from tests.conftest import Project, scratch

pytestmark = pytest.mark.slow

CORPUS = "data/00_external/mine"  # git ignores it
GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@t", "-c", "core.hooksPath=/dev/null")


def commit(project):
    project.run("git", "add", "-A")
    project.run(*GIT, "commit", "-qm", "made")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project whose corpus git ignores, on which `dvc repro prepare` ran; tests undo their changes."""
    project = scratch(tmp_path_factory.mktemp("inputs") / "project")
    (project.folder / CORPUS).parent.mkdir(parents=True)
    (project.folder / "sounds").rename(project.folder / CORPUS)
    project.set({"ingest": {"options": {"root": CORPUS}}})
    project.run("dvc", "repro", "prepare")
    commit(project)
    return project


def rows(project):
    return len(pd.read_parquet(project.folder / "data/01_recordings/recordings.parquet"))


def status(project):
    return project.run("dvc", "status", "inputs", "ingest", "prepare")


@pytest.fixture
def corpus(project):
    """The corpus, restored afterwards, times included."""
    corpus = project.folder / CORPUS
    shutil.copytree(corpus, project.folder.parent / "backup")
    yield corpus
    shutil.rmtree(corpus)
    (project.folder.parent / "backup").rename(corpus)


def add(corpus):
    shutil.copy(corpus / "low/00.wav", corpus / "high/new.wav")


def remove(corpus):
    (corpus / "low/00.wav").unlink()


def rename(corpus):
    (corpus / "low/00.wav").rename(corpus / "low/other.wav")


def replace_by_a_file_of_the_same_size_and_time(corpus):
    stat = (corpus / "low/01.wav").stat()
    shutil.copyfile(corpus / "low/02.wav", corpus / "low/01.new")
    assert (corpus / "low/01.new").stat().st_size == stat.st_size
    os.utime(corpus / "low/01.new", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    os.replace(corpus / "low/01.new", corpus / "low/01.wav")


@pytest.mark.parametrize("change", [add, remove, rename, replace_by_a_file_of_the_same_size_and_time])
def test_a_changed_corpus_makes_the_stages_that_read_it_stale(project, corpus, change):
    assert "up to date" in status(project)
    change(corpus)
    assert status(project).count("modified:           .inputs/corpus") == 2


def test_new_times_alone_make_nothing_stale(project, corpus):
    for path in corpus.rglob("*"):
        path.touch()
    assert "up to date" in status(project)


def test_repro_reads_the_changed_corpus(project, corpus):
    before = rows(project)
    add(corpus)
    project.run("dvc", "repro", "ingest")
    assert rows(project) == before + 1
    assert "up to date" in project.run("dvc", "repro", "ingest")
    (corpus / "high/new.wav").unlink()
    project.run("dvc", "repro", "prepare")
    assert rows(project) == before
    assert project.run("git", "status", "--short") == ""


def test_prepare_alone_reports_that_ingest_is_stale(project, corpus):
    remove(corpus)
    assert "run ingest again" in project.run("dvc", "repro", "--single-item", "prepare", code=255)


def test_a_queued_experiment_finds_the_corpus_and_does_not_ingest_it_again(project):
    project.run("dvc", "exp", "run", "--queue", "-S", "prepare.level_db=-7", "prepare")
    assert "Stage 'ingest' didn't change" in project.run("dvc", "exp", "run", "--run-all")
    shown = project.run("dvc", "exp", "show", "--csv")
    assert "-7" in shown
    assert "Failed" not in shown
    assert project.run("git", "status", "--short") == ""


def test_on_another_machine_the_same_corpus_gives_the_same_lock(project, tmp_path):
    other = Project(tmp_path / "elsewhere/project")
    subprocess.run(["git", "clone", "-q", project.folder, other.folder], check=True)
    shutil.copytree(project.folder / CORPUS, other.folder / CORPUS, copy_function=shutil.copyfile)
    other.run("dvc", "repro", "prepare")
    assert other.run("git", "status", "--short") == ""


def test_parameters_that_are_edited_while_a_stage_runs_are_not_recorded_as_used(project):
    lock = (project.folder / "dvc.lock").read_bytes()
    params = project.folder / "params.yaml"
    text = params.read_text()
    process = project.start("dvc", "repro", "--force", "--single-item", "prepare")
    for line in process.stdout:
        if "Running node: prepare" in line:
            params.write_text(text.replace("level_db: -1.0", "level_db: -20.0"))
            break
    output = process.stdout.read()
    assert process.wait() != 0
    assert "prepare in params.yaml was changed while the stage prepare ran" in output
    assert "Traceback" not in output
    assert (project.folder / "dvc.lock").read_bytes() == lock
    params.write_text(text)
    project.run("dvc", "checkout", "prepare")
