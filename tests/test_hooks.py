"""A parameter or a whole section may be missing from params.yaml; it then has its default."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from ruamel.yaml import YAML

from waveloom.config.checked import read_config
from waveloom.hooks import CheckParameters, OnlyChiefSaves
from waveloom.project import params
from waveloom.project.doctor_target import find_target
from waveloom.settings import CONFIG_LOADER_ARGS

ROOT = Path(__file__).parents[1]
TREE = params.load(ROOT / "params.yaml")
KEYS = [(section, key) for section in TREE for key in TREE[section]]


def checked(project, tree):
    """Read `tree` as a Kedro run does, and give the parameters of its nodes."""
    for env in ("base", "local"):
        (project / "conf" / env).mkdir(parents=True, exist_ok=True)
    YAML().dump(tree, project / "params.yaml")
    loader = OmegaConfigLoader(str(project / "conf"), **CONFIG_LOADER_ARGS)
    CheckParameters().after_context_created(SimpleNamespace(config_loader=loader, project_path=project, env=None))
    return loader["parameters"]


def configs(tree):
    return {name: read_config(section, tree[name], name) for name, section in params.sections().items()}


def without(section, key):
    return {**TREE, section: {name: value for name, value in TREE[section].items() if name != key}}


@pytest.mark.parametrize(("section", "key"), KEYS, ids=".".join)
def test_a_missing_parameter_has_its_default(section, key, tmp_path):
    default = getattr(params.sections()[section](), key)
    assert getattr(configs(checked(tmp_path, without(section, key)))[section], key) == default


@pytest.mark.parametrize("section", TREE)
@pytest.mark.parametrize("empty", [True, False])
def test_a_missing_or_empty_section_has_its_defaults(section, empty, tmp_path):
    tree = {name: None if name == section else TREE[name] for name in TREE if empty or name != section}
    assert configs(checked(tmp_path, tree))[section] == params.sections()[section]()


def test_an_empty_file_gives_all_defaults(tmp_path):
    assert configs(checked(tmp_path, {})) == {name: section() for name, section in params.sections().items()}


def test_a_partial_nested_section_has_the_other_defaults():
    tree = params.fill_defaults(
        {"prepare": {"denoise": {"enabled": True}}, "train": {"failures": {"nan": "roll_back"}}}
    )
    assert tree["prepare"]["denoise"]["depth_db"] == 20.0
    assert tree["train"]["failures"] == {**TREE["train"]["failures"], "nan": "roll_back"}


def test_complete_parameters_are_unchanged():
    assert params.fill_defaults(TREE) == TREE


@pytest.mark.parametrize(("section", "key"), [*KEYS, ("train", None)])
def test_the_cluster_role_is_found_with_any_parameter_missing(section, key, tmp_path):
    tree = without(section, key) if key else {name: TREE[name] for name in TREE if name != section}
    catalog = DataCatalog.from_config({})
    catalog["params:train"] = checked(tmp_path, tree)["train"]
    OnlyChiefSaves().before_pipeline_run(SimpleNamespace(nodes=[], outputs=list), catalog)


@pytest.mark.parametrize("section", TREE)
def test_the_doctor_and_presets_work_with_an_empty_section(section, tmp_path):
    (tmp_path / "conf/tiny").mkdir(parents=True)
    (tmp_path / "conf/tiny/params.yaml").write_text("ingest: {corpus: clicks}\ntrain: {steps: 3}\n")
    (tmp_path / "params.yaml").write_text(f"{section}:\n")
    assert find_target("", tmp_path).ingest.corpus == "soundfont"
    assert find_target("tiny", tmp_path).ingest.corpus == "clicks"
    assert find_target(str(tmp_path / "conf"), tmp_path).ingest.corpus == "folder"
    params.write_preset(tmp_path / "conf/tiny/params.yaml", tmp_path / "params.yaml")
    assert params.load(tmp_path / "params.yaml")["train"] == {"steps": 3}
