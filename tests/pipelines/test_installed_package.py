"""A project of one's own, made and run with the wheel in an environment that has no source of Waveloom.

The environment is new, but takes the other packages from that of the tests, to save minutes: only Waveloom is
installed into it, without dependencies. The repository's editable installation is not visible there.
"""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT, TINY, Project, make_sounds
from waveloom.config.checked import overlay
from waveloom.project import params

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Folder with the commands of an environment with the wheel."""
    folder, dist = tmp_path_factory.mktemp("environment") / "venv", tmp_path_factory.mktemp("dist")
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "build", "--quiet", "--wheel", "--out-dir", dist, ROOT], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin/python"
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True
    ).stdout.strip()
    Path(own, "others.pth").write_text(sysconfig.get_path("purelib"))  # whose own .pth files are not read
    wheel = next(dist.glob("*.whl"))
    subprocess.run([*uv, "pip", "install", "--quiet", "--no-deps", "--python", python, wheel], check=True)
    for module in ("kedro", "dvc"):  # the scripts of the other environment would start its Python
        script = folder / "bin" / module
        script.write_text(f'#!/bin/sh\nexec "{python}" -m {module} "$@"\n')
        script.chmod(0o755)
    return folder / "bin"


@pytest.fixture(scope="module")
def own(environment, tmp_path_factory):
    """A project on which `dvc repro` ran, and whose results are committed."""
    folder = tmp_path_factory.mktemp("projects")
    make_sounds(folder / "sounds")
    project = Project(folder)
    project.env |= {"PATH": f"{environment}:{project.env['PATH']}", "PYTHONPATH": ""}
    where = project.run("python", "-c", "import waveloom; print(waveloom.__file__)")
    assert where.strip().startswith(str(environment.parent))
    project.run("waveloom", "new", "mine", "--from", "sounds")
    project.folder = folder / "mine"
    tiny = {name: values for name, values in TINY.items() if name != "ingest"}
    project.set(tiny)
    default = project.folder / "conf/default/params.yaml"
    YAML().dump(overlay(params.load(default), tiny), default)
    project.run("waveloom", "use", "default")  # writes params.yaml as the project itself does
    project.run("dvc", "repro")
    project.run("git", "add", "-A")
    commit(project)
    return project


def commit(project):
    project.run("git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-am", "Results")


def test_the_whole_chain_runs_and_then_nothing_is_out_of_date(own):
    assert "<audio" in (own.folder / "data/06_reports/report.html").read_text()
    assert "Data and pipelines are up to date" in own.run("dvc", "repro")
    assert "report.html" in own.run("waveloom", "results")
    lock = YAML(typ="safe").load(own.folder / "dvc.lock")["stages"]["train"]["params"]["conf/waveloom.yml"]
    assert len(lock["stages.train"]) == 64


def test_sounds_are_generated_where_git_ignores_them(own):
    own.run("waveloom", "generate", "out", "--count", "1")
    assert list((own.folder / "out").glob("*.wav"))
    assert own.run("git", "status", "--porcelain") == ""


def test_an_experiment_and_a_run_of_kedro_work_and_both_are_in_mlflow(own):
    try:
        own.run("dvc", "exp", "run", "-S", "train.steps=8")
        assert "train.steps" in own.run("dvc", "params", "diff")
        own.run("kedro", "run", "--pipeline", "features")
        table = own.run("waveloom", "leaderboard", "--json")
        assert table.count('"recipe": "loom"') >= 2, table
    finally:
        own.run("git", "checkout", "--quiet", ".")
        own.run("dvc", "checkout", "--force")


def test_results_that_are_not_committed_come_back_by_the_preset_default_and_dvc(own):
    try:
        own.run("waveloom", "use", "48khz")
        own.run("kedro", "run", "--pipeline", "prepare")
        own.run("waveloom", "use", "default")
        assert own.run("git", "status", "--porcelain", "params.yaml") == ""
        assert "Stage 'prepare' is cached" in own.run("dvc", "repro", "prepare")
        assert "up to date" in own.run("dvc", "status")
    finally:
        own.run("git", "checkout", "--quiet", ".")
        own.run("dvc", "checkout", "--force")


@pytest.mark.parametrize(
    "command", [("kedro", "run", "--pipeline", "prepare"), ("dvc", "repro", "prepare")], ids=" ".join
)
def test_committed_results_come_back_by_git_and_dvc_checkout(own, command):
    own.run("waveloom", "use", "48khz")
    own.run(*command)
    own.run("git", "checkout", "--quiet", "params.yaml", "dvc.lock", "data")
    own.run("dvc", "checkout", "--force")
    assert "Running stage 'ingest'" not in own.run("dvc", "repro")
    assert "up to date" in own.run("dvc", "status")
    assert own.run("git", "status", "--porcelain") == ""


def test_after_an_upgrade_the_stages_stop_until_sync_and_then_only_those_with_other_code_run(own, environment):
    package = next((environment.parent / "lib").glob("python*/site-packages/waveloom"))
    shutil.copy(package / "training/loop.py", own.folder.parent / "loop.py")
    try:
        with (package / "training/loop.py").open("a") as file:
            file.write("CHANGED = True\n")
        own.run("waveloom", "use", "smoke")
        assert "Run `waveloom sync`" in own.run("dvc", "repro", "ingest", code=None)
        own.run("git", "checkout", "--quiet", "params.yaml")
        assert "conf/waveloom.yml written" in own.run("waveloom", "sync")
        status = own.run("dvc", "status")
        assert "train:" in status
        assert "prepare:" not in status
    finally:
        shutil.copy(own.folder.parent / "loop.py", package / "training/loop.py")
        own.run("git", "checkout", "--quiet", ".")
