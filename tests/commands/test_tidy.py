from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from waveloom.commands.app import app
from waveloom.commands.tidy import RECORDINGS
from waveloom.ingest.corpora._unpack import unused_folders


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose recordings lie in one unpacked archive of two; a third was cut short."""
    (tmp_path / "params.yaml").touch()
    for folder in (
        "conf",
        "data/01_recordings",
        *(f"data/00_external/.unpacked/{name}" for name in ("a", "b", "c.partial")),
    ):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("a", "b"):
        (tmp_path / f"data/00_external/.unpacked/{name}/x.wav").write_bytes(bytes(1000))
    pd.DataFrame({"path": ["data/00_external/.unpacked/a/x.wav"]}).to_parquet(tmp_path / RECORDINGS)
    return tmp_path


def names(project: Path) -> list[str]:
    return sorted(path.name for path in (project / "data/00_external/.unpacked").iterdir())


def test_archives_that_no_recording_uses_are_removed_and_others_stay(project):
    assert CliRunner().invoke(app, ["tidy", "--project", str(project)]).exit_code == 0
    assert names(project) == ["a"]
    assert (project / "data/00_external/.unpacked/a/x.wav").is_file()


def test_a_dry_run_removes_nothing(project):
    output = CliRunner().invoke(app, ["tidy", "--dry-run", "--project", str(project)]).output
    assert ".unpacked/b" in output
    assert ".unpacked/a" not in output
    assert names(project) == ["a", "b", "c.partial"]


def test_without_recordings_nothing_is_removed(project):
    (project / RECORDINGS).unlink()
    assert CliRunner().invoke(app, ["tidy", "--project", str(project)]).exit_code != 0
    assert names(project) == ["a", "b", "c.partial"]


def test_without_unpacked_archives_there_is_nothing_to_remove(tmp_path):
    assert unused_folders(tmp_path / "none", []) == []
