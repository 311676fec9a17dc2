from pathlib import Path

import pytest
from ruamel.yaml import YAML

from waveloom.config.errors import InputError
from waveloom.project import params

ROOT = Path(__file__).parents[2]
PRESETS = sorted(ROOT.glob("conf/*/params.yaml"))


def test_params_yaml_passes_its_check():
    params.check(params.load(ROOT / "params.yaml"))


def test_params_yaml_holds_every_parameter():
    tree = params.load(ROOT / "params.yaml")
    for name, section in params.sections().items():
        assert set(tree[name]) == set(section.__dataclass_fields__), name


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.parent.name)
def test_every_preset_applies_to_params_yaml(preset):
    params.check(params.apply_preset(params.load(ROOT / "params.yaml"), preset, {}))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.parent.name)
def test_every_preset_applies_after_another_one(preset):
    applied = params.apply_preset(params.load(ROOT / "params.yaml"), ROOT / "conf/fsd50k/params.yaml", {})
    params.check(params.apply_preset(applied, preset, {}))


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (
            {"trian": {}},
            "trian is not a section of params.yaml; it has: ingest, prepare, features, train, classify, evaluate",
        ),
        ({"train": {"stpes": 1}}, "train.stpes is not a parameter. Did you mean 'steps'"),
        ({"train": {"steps": 0}}, "train.steps is 0"),
        ({"ingest": {"corpus": "fodler"}}, "no 'fodler' in corpora"),
        ({"ingest": {"corpus": "folder", "options": {"rot": "x"}}}, "ingest.options.rot is not a parameter"),
        (
            {"ingest": {"corpus": "folder", "options": {"root": "x", "programs": [0]}}},
            "programs: options of the corpus soundfont, which an earlier choice or a preset left in params.yaml",
        ),
    ],
)
def test_errors_name_the_parameter_and_the_rule(tree, message):
    with pytest.raises(InputError, match=message.replace(".", r"\.").replace("?", r"\?")):
        params.check(tree)


def test_the_command_line_overrides_the_preset_and_the_preset_overrides_the_file(tmp_path):
    (tmp_path / "preset.yaml").write_text("train: {steps: 2, seed: 2}\n")
    tree = {"train": {"steps": 1, "seed": 1, "batch_size": 1}}
    merged = params.apply_preset(tree, tmp_path / "preset.yaml", {"train": {"seed": 3}})
    assert merged == {"train": {"steps": 2, "seed": 3, "batch_size": 1}}


def test_writing_a_preset_changes_the_values_and_keeps_the_comments(tmp_path):
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    changes = params.write_preset(ROOT / "conf/smoke/params.yaml", tmp_path / "params.yaml")
    text = (tmp_path / "params.yaml").read_text()
    assert YAML(typ="safe").load(text)["train"]["steps"] == 60
    assert any(change.startswith("train.steps: ") and change.endswith(" -> 60") for change in changes)
    assert "# Every parameter" in text
    assert "# decay of the exponential moving average" in text
    assert params.write_preset(ROOT / "conf/smoke/params.yaml", tmp_path / "params.yaml") == []


def test_a_preset_with_another_corpus_replaces_the_options(tmp_path):
    own = (ROOT / "params.yaml").read_text().replace("corpus: soundfont", "corpus: folder")
    (tmp_path / "params.yaml").write_text(own.replace("options: {}", "options: {root: mine}", 1))
    params.write_preset(ROOT / "conf/clicks/params.yaml", tmp_path / "params.yaml")
    written = params.load(tmp_path / "params.yaml")["ingest"]
    assert (written["corpus"], written["options"]) == ("clicks", {})


def test_yaml_1_1_of_kedro_and_yaml_1_2_of_dvc_read_the_same_values():
    import yaml

    for file in [ROOT / "params.yaml", *PRESETS]:
        assert yaml.safe_load(file.read_text()) == params.load(file), file


@pytest.mark.parametrize("names", [["smoke"], ["esc10", "48khz"], [path.parent.name for path in PRESETS]], ids=len)
def test_the_preset_default_brings_back_every_byte_of_params_yaml(tmp_path, names):
    file = tmp_path / "params.yaml"
    file.write_text((ROOT / "params.yaml").read_text())
    for name in names:
        assert params.write_preset(ROOT / f"conf/{name}/params.yaml", file) or name == "default"
    changes = params.write_values(params.load(ROOT / "conf/default/params.yaml"), file, reset=True)
    assert changes
    assert file.read_text() == (ROOT / "params.yaml").read_text()


def test_the_preset_default_removes_what_no_section_has(tmp_path):
    file = tmp_path / "params.yaml"
    file.write_text("trian: {steps: 1}\ntrain: {stpes: 1, steps: 7}\nprepare:\n")
    params.write_values({"train": {"steps": 9}}, file, reset=True)
    tree = params.load(file)
    params.check(tree)
    assert "trian" not in tree
    assert "stpes" not in tree["train"]
    assert tree["train"]["steps"] == 9
    assert tree["prepare"]["rate_hz"] == 16_000


def test_a_wrong_value_changes_nothing(tmp_path):
    file = tmp_path / "params.yaml"
    file.write_text("train: {steps: 7}\n")
    with pytest.raises(InputError, match=r"train\.steps is 0"):
        params.write_values({"train": {"steps": 0}}, file)
    assert file.read_text() == "train: {steps: 7}\n"
