import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from waveloom import pipelines
from waveloom.classification.config import Classify
from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.ingest import corpora
from waveloom.ingest.config import Ingest
from waveloom.preparation.config import Prepare
from waveloom.project import input_links as inputs
from waveloom.project.dvc_yaml import read_catalog
from waveloom.project.params import load
from waveloom.training.config import Train

ROOT = Path(__file__).parents[2]


def named(ingest=None, train=None, classify=None):
    found = inputs.paths(Ingest(**(ingest or {})), Train(**(train or {})), Classify(**(classify or {})))
    return {name: path for name, path in found.items() if path}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project/sounds").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "project"


@pytest.mark.parametrize(
    ("corpus", "options", "read"),
    [
        ("folder", {"root": "mine"}, {"corpus": "mine"}),
        ("folder", {}, {"corpus": "data/00_external"}),
        ("manifest", {"root": "mine"}, {"corpus": "mine"}),
        ("pattern", {"root": "mine"}, {"corpus": "mine"}),
        ("lists", {"root": "mine", "lists": {"test": "t.txt"}}, {"corpus": "mine"}),
        ("archive", {"file": "a.zip", "root": "inside", "corpus": "folder"}, {"corpus": "a.zip"}),
        ("midi", {"root": "songs", "soundfont": "f.sf2"}, {"corpus": "songs", "soundfont": "f.sf2"}),
        ("freesound", {"root": "mine"}, {"corpus": "mine"}),
        ("soundfont", {"soundfont": "f.sf2"}, {"soundfont": "f.sf2"}),
        ("soundfont", {}, {}),
        ("clicks", {}, {}),
    ],
)
def test_every_corpus_names_the_files_it_reads(corpus, options, read):
    assert named({"corpus": corpus, "options": options}) == {"recipe": "conf/recipes/loom.yml", **read}


@pytest.mark.parametrize("corpus", plugins.available(corpora))
def test_no_corpus_names_a_link_that_is_not_made(corpus):
    assert set(inputs.paths(Ingest(corpus=corpus), Train(), Classify())) == set(inputs.NAMES)


@pytest.mark.parametrize("start", ["runs:/1/generator", "models:/waveloom/3", "dvc:data/04_models/generator@v1"])
def test_a_model_of_mlflow_or_dvc_is_no_path(start):
    assert "start_from" not in named(train={"start_from": start})


def test_models_and_samples_that_stages_start_from_are_named():
    assert named(train={"start_from": "m"}, classify={"augment_with": "s"}) == {
        "recipe": "conf/recipes/loom.yml",
        "start_from": "m",
        "augment_with": "s",
    }


def test_a_link_within_the_project_is_relative_so_that_the_project_can_be_moved(project):
    inputs.link(project, {"corpus": "sounds"})
    assert os.readlink(project / ".inputs/corpus") == "../sounds"


def test_a_link_out_of_the_project_is_absolute(project):
    inputs.link(project, {"corpus": str(project.parent / "elsewhere"), "soundfont": "../elsewhere"})
    assert os.readlink(project / ".inputs/corpus") == str(project.parent / "elsewhere")
    assert (project / ".inputs/soundfont").resolve() == project.parent / "elsewhere"


@pytest.mark.parametrize("path", ["", "missing"])
def test_where_nothing_is_read_a_text_stands_that_is_the_same_everywhere(project, path):
    inputs.link(project, {"corpus": "sounds"})
    inputs.link(project, {"corpus": path})
    assert not (project / ".inputs/corpus").is_symlink()
    assert (project / ".inputs/corpus").read_text() == "Nothing is read here.\n"


def test_another_corpus_moves_the_link_and_the_old_corpus_stays(project):
    (project / "sounds/a.wav").touch()
    inputs.link(project, {"corpus": "sounds"})
    inputs.link(project, {"corpus": str(project.parent / "elsewhere")})
    assert (project / ".inputs/corpus").resolve() == project.parent / "elsewhere"
    assert (project / "sounds/a.wav").is_file()


def test_a_right_link_is_not_made_again(project):
    inputs.link(project, {"corpus": "sounds", "soundfont": ""})
    before = [(project / ".inputs" / name).lstat().st_ino for name in ("corpus", "soundfont")]
    inputs.link(project, {"corpus": "sounds", "soundfont": ""})
    assert [(project / ".inputs" / name).lstat().st_ino for name in ("corpus", "soundfont")] == before


def test_dvc_follows_each_link_to_files_and_folders(project):
    dvc = Path(sys.executable).with_name("dvc")
    subprocess.run([dvc, "init", "--no-scm", "-q"], cwd=project, check=True)
    sources = {name: project.parent / "elsewhere" / name for name in inputs.NAMES}
    for name in ("corpus", "start_from"):
        (sources[name] / "deep").mkdir(parents=True)
        (sources[name] / "deep/file").write_text("old")
    for name in sources.keys() - {"corpus", "start_from"}:
        sources[name].write_text("old")
    inputs.link(project, {name: str(path) for name, path in sources.items()})
    stages = {name: {"cmd": "echo", "deps": [f".inputs/{name}"]} for name in inputs.NAMES}
    (project / "dvc.yaml").write_text(json.dumps({"stages": stages}))
    subprocess.run([dvc, "repro", "-q"], cwd=project, check=True)

    def stale():
        return set(json.loads(subprocess.check_output([dvc, "status", "--json"], cwd=project)))

    assert stale() == set()
    for number, name in enumerate(inputs.NAMES, 1):
        file = sources[name] / "deep/file" if sources[name].is_dir() else sources[name]
        file.write_text("new")
        assert stale() == set(inputs.NAMES[:number])


def test_dvc_is_kept_off_files_that_it_stops_or_hangs_at_and_sees_the_others(project):
    dvc = Path(sys.executable).with_name("dvc")
    odd = project / "sounds/dog [1] #!"
    odd.mkdir()
    (odd / "a.wav").write_text("old")
    (odd / "broken.wav").symlink_to("nowhere")
    (odd / "circle.wav").symlink_to("circle.wav")
    (odd / "zero.wav").symlink_to("/dev/zero")
    os.mkfifo(odd / "pipe *?.wav")
    (odd / os.fsdecode(b"\xff.wav")).write_text("no UTF-8")
    (odd / "new\nline.wav").write_text("two lines")
    subprocess.run([dvc, "init", "--no-scm", "-q"], cwd=project, check=True)
    inputs.link(project, {"corpus": "sounds"})
    (project / "dvc.yaml").write_text('{"stages": {"ingest": {"cmd": "echo", "deps": [".inputs/corpus"]}}}')
    subprocess.run([dvc, "repro", "-q"], cwd=project, check=True, timeout=60)
    assert json.loads(subprocess.check_output([dvc, "status", "--json"], cwd=project)) == {}
    (odd / "a.wav").write_text("new")
    assert "ingest" in json.loads(subprocess.check_output([dvc, "status", "--json"], cwd=project))


def test_in_a_copy_that_lacks_the_corpus_the_link_leads_to_the_main_checkout(project, tmp_path, monkeypatch):
    monkeypatch.setenv("DVC_ROOT", str(project))
    copy = project / ".dvc/tmp/exps/copy"
    copy.mkdir(parents=True)
    inputs.link(copy, {"corpus": "sounds"})
    assert (copy / ".inputs/corpus").resolve() == project / "sounds"


def test_a_folder_in_the_place_of_a_link_is_one_sentence(project):
    (project / ".inputs/corpus/full").mkdir(parents=True)
    with pytest.raises(InputError, match="cannot be made a link to"):
        inputs.link(project, {"corpus": "sounds"})


def test_each_stage_depends_on_what_it_reads_from_outside_and_on_the_links_being_made():
    stages = load(ROOT / "dvc.yaml")["stages"]
    for stage, names in inputs.READ_BY.items():
        assert {f".inputs/{name}" for name in names} | {".inputs/inputs.json"} <= set(stages[stage]["deps"]), stage
    options = {"cache": False, "persist": True}
    assert stages["inputs"]["outs"] == [{f".inputs/{name}.json": options} for name in ("inputs", "links")]


def test_the_record_of_the_links_says_what_they_lead_to_so_that_dvc_sees_a_link_of_other_parameters(project):
    inputs.link(project, {"corpus": "sounds", "soundfont": ""})
    record = (project / ".inputs/links.json").read_bytes()
    inputs.link(project, {"corpus": "../elsewhere", "soundfont": ""})
    assert json.loads((project / ".inputs/links.json").read_text())["corpus"] == "../elsewhere"
    inputs.link(project, {"soundfont": "", "corpus": "sounds"})
    assert (project / ".inputs/links.json").read_bytes() == record


def test_no_stage_fails_for_a_parameter_that_params_yaml_may_leave_out():
    assert "${" not in (ROOT / "dvc.yaml").read_text()


def test_a_pipeline_that_is_given_the_project_folder_declares_what_it_reads_there():
    from kedro.framework.startup import bootstrap_project

    from waveloom.pipeline_registry import FOR_DVC, ON_DEMAND, register_pipelines

    bootstrap_project(ROOT)
    reading = {name for name, pipeline in register_pipelines().items() if "project" in pipeline.inputs()}
    assert reading - {"__default__", *FOR_DVC, *ON_DEMAND} == set(inputs.READ_BY)
    assert read_catalog(ROOT)["recipes"]["metadata"]["dvc"]["kind"] == "none"


def values(project, stage, **prepare):
    inputs.write_single_parameters(project, {"ingest": Ingest(), "prepare": Prepare(**prepare)})
    return (project / ".inputs" / inputs.parameters_file(stage)).read_bytes()


def test_what_a_stage_takes_from_another_section_changes_its_file_and_nothing_else_does(project):
    (project / ".inputs").mkdir()
    first = values(project, "ingest")
    assert json.loads(first) == {"prepare.channel": "mix", "prepare.rate_hz": 16000, "prepare.silence_db": 50.0}
    assert values(project, "ingest", samples=4096, level="rms") == first
    assert values(project, "ingest", channel=0) != first
    assert json.loads(values(project, "classify")) == {"ingest.silence_db": -60.0}


def test_every_single_parameter_that_a_node_takes_is_in_such_a_file_and_none_is_asked_of_params_yaml():
    modules = {
        found.name: import_module(f"waveloom.pipelines.{found.name}") for found in iter_modules(pipelines.__path__)
    }
    taken = {}
    for name, module in modules.items():
        given = {one.removeprefix("params:") for one in module.create_pipeline().inputs() if one.startswith("params:")}
        taken[name] = {one for one in given if "." in one}
    assert {name: set(keys) for name, keys in inputs.SINGLE_PARAMETERS.items()} == {n: k for n, k in taken.items() if k}
    stages = load(ROOT / "dvc.yaml")["stages"]
    assert not [key for stage in stages.values() for key in stage["params"] if "." in key]
    for name in inputs.SINGLE_PARAMETERS:
        assert f".inputs/{inputs.parameters_file(name)}" in stages[name]["deps"]
