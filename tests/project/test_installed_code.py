"""A project without the source depends on the version of the installed package and on digests of its code."""

import shutil
from importlib.metadata import version

import pytest
from ruamel.yaml import YAML

from waveloom.config.errors import InputError
from waveloom.project import installed_code
from waveloom.project.installed_code import FILE, check_installed_code, has_source, installed_code_text

MODULES = {"prepare": {"waveloom.pipelines.prepare"}, "features": {"waveloom.pipelines.features"}}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of one module per stage, at another path than the real one."""
    folder = tmp_path / "site-packages/waveloom"
    for name in ("pipelines/prepare", "pipelines/features", "audio"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("")
    (folder / "__init__.py").write_text("")
    (folder / "pipelines/prepare/nodes.py").write_text("from waveloom.audio.level import level\n")
    (folder / "pipelines/features/nodes.py").write_text("x = 1\n")
    (folder / "audio/level.py").write_text("level = 1\n")
    monkeypatch.setattr(installed_code, "PACKAGE_FOLDER", folder)
    return folder


def written(project):
    (project / "conf").mkdir(exist_ok=True)
    (project / FILE).write_text(installed_code_text(installed_code.installed_code(MODULES)))
    return YAML(typ="safe").load(project / FILE)


def test_the_file_names_the_version_and_a_digest_for_each_stage(tmp_path, package):
    content = written(tmp_path)
    assert content["version"] == version("waveloom")
    assert set(content["stages"]) == {"prepare", "features"}
    assert len({content["code"], *content["stages"].values()}) == 3


def test_a_change_of_code_changes_the_digests_of_the_stages_that_import_it(tmp_path, package):
    before = written(tmp_path)
    (package / "audio/level.py").write_text("level = 2\n")
    after = written(tmp_path)
    assert before["code"] != after["code"]
    assert before["stages"]["prepare"] != after["stages"]["prepare"]
    assert before["stages"]["features"] == after["stages"]["features"]


def test_the_digests_do_not_depend_on_the_place_of_the_package(tmp_path, package, monkeypatch):
    before = written(tmp_path)
    shutil.copytree(package, tmp_path / "elsewhere/src/waveloom")
    monkeypatch.setattr(installed_code, "PACKAGE_FOLDER", tmp_path / "elsewhere/src/waveloom")
    assert written(tmp_path) == before


def test_a_stage_stops_after_an_upgrade_until_the_file_is_written_again(tmp_path, package):
    written(tmp_path)
    check_installed_code(tmp_path)
    (package / "audio/level.py").write_text("level = 2\n")
    with pytest.raises(InputError, match="Run `waveloom sync`"):
        check_installed_code(tmp_path)
    written(tmp_path)
    check_installed_code(tmp_path)


def test_a_repository_of_waveloom_needs_no_such_file(tmp_path):
    (tmp_path / "src/waveloom").mkdir(parents=True)
    assert has_source(tmp_path)
    check_installed_code(tmp_path)
