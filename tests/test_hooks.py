"""A parameter with a default may be absent from params.yaml, and so may a whole section."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from ruamel.yaml import YAML

from waveloom.hooks import CheckedParams, OnlyTheChiefWrites
from waveloom.project import doctor_target as target
from waveloom.project import params
from waveloom.settings import CONFIG_LOADER_ARGS

ROOT = Path(__file__).parents[1]
TREE = params.load(ROOT / "params.yaml")
KEYS = [(section, key) for section in TREE for key in TREE[section]]


def checked(project, tree):
    """Read `tree` as a Kedro run does, up to the parameters that its nodes are given."""
    for env in ("base", "local"):
        (project / "conf" / env).mkdir(parents=True, exist_ok=True)
    YAML().dump(tree, project / "params.yaml")
    loader = OmegaConfigLoader(str(project / "conf"), **CONFIG_LOADER_ARGS)
    CheckedParams().after_context_created(SimpleNamespace(config_loader=loader, project_path=project, env=None))
    return loader["parameters"]


def built(tree):
    return {name: params.read(section, tree[name], name) for name, section in params.sections().items()}


def without(section, key):
    return {**TREE, section: {name: value for name, value in TREE[section].items() if name != key}}


@pytest.mark.parametrize(("section", "key"), KEYS, ids=".".join)
def test_an_absent_parameter_has_its_default(section, key, tmp_path):
    default = getattr(params.sections()[section](), key)
    assert getattr(built(checked(tmp_path, without(section, key)))[section], key) == default


@pytest.mark.parametrize("section", TREE)
@pytest.mark.parametrize("empty", [True, False])
def test_an_absent_or_empty_section_has_its_defaults(section, empty, tmp_path):
    tree = {name: None if name == section else TREE[name] for name in TREE if empty or name != section}
    assert built(checked(tmp_path, tree))[section] == params.sections()[section]()


def test_without_any_parameter_all_have_their_defaults(tmp_path):
    assert built(checked(tmp_path, {})) == {name: section() for name, section in params.sections().items()}


def test_a_part_of_a_nested_section_leaves_the_rest_at_its_defaults():
    tree = params.complete({"prepare": {"denoise": {"enabled": True}}, "train": {"failures": {"nan": "roll_back"}}})
    assert tree["prepare"]["denoise"]["depth_db"] == 20.0
    assert tree["train"]["failures"] == {**TREE["train"]["failures"], "nan": "roll_back"}


def test_what_is_complete_is_not_changed():
    assert params.complete(TREE) == TREE


@pytest.mark.parametrize(("section", "key"), [*KEYS, ("train", None)])
def test_a_run_knows_whether_it_is_the_chief_whatever_is_absent(section, key, tmp_path):
    tree = without(section, key) if key else {name: TREE[name] for name in TREE if name != section}
    catalog = DataCatalog.from_config({})
    catalog["params:train"] = checked(tmp_path, tree)["train"]
    OnlyTheChiefWrites().before_pipeline_run(SimpleNamespace(nodes=[], outputs=list), catalog)


@pytest.mark.parametrize("section", TREE)
def test_the_doctor_and_presets_go_on_without_a_section(section, tmp_path):
    (tmp_path / "conf/tiny").mkdir(parents=True)
    (tmp_path / "conf/tiny/params.yaml").write_text("ingest: {corpus: clicks}\ntrain: {steps: 3}\n")
    (tmp_path / "params.yaml").write_text(f"{section}:\n")
    assert target.find("", tmp_path).ingest.corpus == "soundfont"
    assert target.find("tiny", tmp_path).ingest.corpus == "clicks"
    assert target.find(str(tmp_path / "conf"), tmp_path).ingest.corpus == "folder"
    params.use(tmp_path / "conf/tiny/params.yaml", tmp_path / "params.yaml")
    assert params.load(tmp_path / "params.yaml")["train"] == {"steps": 3}
