from pathlib import Path

import pytest
from ruamel.yaml import YAML

from waveloom.config.errors import InputError
from waveloom.project import params

ROOT = Path(__file__).parents[2]
PRESETS = sorted(ROOT.glob("conf/*/params.yaml"))


def test_the_projects_own_parameters_pass_their_check():
    params.check(params.load(ROOT / "params.yaml"))


def test_every_knob_there_is_stands_in_params_yaml():
    tree = params.load(ROOT / "params.yaml")
    for name, section in params.sections().items():
        assert set(tree[name]) == set(section.__dataclass_fields__), name


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.parent.name)
def test_every_preset_fits_over_the_parameters(preset):
    params.check(params.with_preset(params.load(ROOT / "params.yaml"), preset, {}))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.parent.name)
def test_every_preset_fits_over_another_that_was_written(preset):
    written = params.with_preset(params.load(ROOT / "params.yaml"), ROOT / "conf/fsd50k/params.yaml", {})
    params.check(params.with_preset(written, preset, {}))


@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        (
            {"trian": {}},
            "trian is not a section of params.yaml; it has: ingest, prepare, features, train, classify, evaluate",
        ),
        ({"train": {"stpes": 1}}, "train.stpes is not a parameter. Did you mean 'steps'"),
        ({"train": {"steps": 0}}, "train.steps is 0"),
        ({"ingest": {"corpus": "fodler"}}, "no 'fodler' in corpora"),
        ({"ingest": {"corpus": "folder", "options": {"rot": "x"}}}, "ingest.options.rot is not a parameter"),
    ],
)
def test_what_is_wrong_is_named(tree, wanted):
    with pytest.raises(InputError, match=wanted.replace(".", r"\.").replace("?", r"\?")):
        params.check(tree)


def test_the_command_line_goes_over_the_preset_and_the_preset_over_the_file(tmp_path):
    (tmp_path / "preset.yaml").write_text("train: {steps: 2, seed: 2}\n")
    tree = {"train": {"steps": 1, "seed": 1, "batch_size": 1}}
    merged = params.with_preset(tree, tmp_path / "preset.yaml", {"train": {"seed": 3}})
    assert merged == {"train": {"steps": 2, "seed": 3, "batch_size": 1}}


def test_using_a_preset_changes_the_values_and_keeps_the_comments(tmp_path):
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    changes = params.use(ROOT / "conf/smoke/params.yaml", tmp_path / "params.yaml")
    text = (tmp_path / "params.yaml").read_text()
    assert YAML(typ="safe").load(text)["train"]["steps"] == 60
    assert any(change.startswith("train.steps: ") and change.endswith(" -> 60") for change in changes)
    assert "# Every knob" in text
    assert "# decay of the generator's moving average" in text
    assert params.use(ROOT / "conf/smoke/params.yaml", tmp_path / "params.yaml") == []


def test_a_preset_of_another_corpus_replaces_the_options_of_the_last(tmp_path):
    own = (ROOT / "params.yaml").read_text().replace("corpus: soundfont", "corpus: folder")
    (tmp_path / "params.yaml").write_text(own.replace("options: {}", "options: {root: mine}", 1))
    params.use(ROOT / "conf/clicks/params.yaml", tmp_path / "params.yaml")
    used = params.load(tmp_path / "params.yaml")["ingest"]
    assert (used["corpus"], used["options"]) == ("clicks", {})


def test_the_parameters_mean_the_same_to_yaml_1_1_as_kedro_reads_it_and_to_1_2_as_dvc_does():
    import yaml

    for file in [ROOT / "params.yaml", *PRESETS]:
        assert yaml.safe_load(file.read_text()) == params.load(file), file
