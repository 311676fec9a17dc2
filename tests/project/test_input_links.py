import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from waveloom.classification.config import Classify
from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.ingest import corpora
from waveloom.ingest.config import Ingest
from waveloom.preparation.config import Prepare
from waveloom.project import input_links
from waveloom.training.config import Train

ROOT = Path(__file__).parents[2]


def used_paths(ingest=None, train=None, classify=None):
    paths = input_links.input_paths(Ingest(**(ingest or {})), Train(**(train or {})), Classify(**(classify or {})))
    return {name: path for name, path in paths.items() if path}


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
    assert used_paths({"corpus": corpus, "options": options}) == {"recipe": "conf/recipes/loom.yml", **read}


@pytest.mark.parametrize("corpus", plugins.available(corpora))
def test_no_corpus_names_a_link_that_is_never_created(corpus):
    assert set(input_links.input_paths(Ingest(corpus=corpus), Train(), Classify())) == set(input_links.NAMES)


@pytest.mark.parametrize("start", ["runs:/1/generator", "models:/waveloom/3", "dvc:data/04_models/generator@v1"])
def test_a_model_of_mlflow_or_dvc_is_not_a_path(start):
    assert "start_from" not in used_paths(train={"start_from": start})


def test_the_model_and_the_samples_that_stages_start_from_are_inputs():
    assert used_paths(train={"start_from": "m"}, classify={"augment_with": "s"}) == {
        "recipe": "conf/recipes/loom.yml",
        "start_from": "m",
        "augment_with": "s",
    }


def test_a_link_within_the_project_is_relative_so_that_the_project_can_be_moved(project):
    input_links.update_links(project, {"corpus": "sounds"})
    assert os.readlink(project / ".inputs/corpus") == "../sounds"


def test_a_link_out_of_the_project_is_absolute(project):
    input_links.update_links(project, {"corpus": str(project.parent / "elsewhere"), "soundfont": "../elsewhere"})
    assert os.readlink(project / ".inputs/corpus") == str(project.parent / "elsewhere")
    assert (project / ".inputs/soundfont").resolve() == project.parent / "elsewhere"


@pytest.mark.parametrize("path", ["", "missing"])
def test_without_an_input_a_constant_text_file_replaces_the_link(project, path):
    input_links.update_links(project, {"corpus": "sounds"})
    input_links.update_links(project, {"corpus": path})
    assert not (project / ".inputs/corpus").is_symlink()
    assert (project / ".inputs/corpus").read_text() == "Nothing is read here.\n"


def test_another_corpus_changes_the_link_and_keeps_the_old_corpus(project):
    (project / "sounds/a.wav").touch()
    input_links.update_links(project, {"corpus": "sounds"})
    input_links.update_links(project, {"corpus": str(project.parent / "elsewhere")})
    assert (project / ".inputs/corpus").resolve() == project.parent / "elsewhere"
    assert (project / "sounds/a.wav").is_file()


def test_a_current_link_is_not_created_again(project):
    input_links.update_links(project, {"corpus": "sounds", "soundfont": ""})
    before = [(project / ".inputs" / name).lstat().st_ino for name in ("corpus", "soundfont")]
    input_links.update_links(project, {"corpus": "sounds", "soundfont": ""})
    assert [(project / ".inputs" / name).lstat().st_ino for name in ("corpus", "soundfont")] == before


def test_dvc_follows_each_link_to_files_and_folders(project):
    dvc = Path(sys.executable).with_name("dvc")
    subprocess.run([dvc, "init", "--no-scm", "-q"], cwd=project, check=True)
    sources = {name: project.parent / "elsewhere" / name for name in input_links.NAMES}
    for name in ("corpus", "start_from"):
        (sources[name] / "deep").mkdir(parents=True)
        (sources[name] / "deep/file").write_text("old")
    for name in sources.keys() - {"corpus", "start_from"}:
        sources[name].write_text("old")
    input_links.update_links(project, {name: str(path) for name, path in sources.items()})
    stages = {name: {"cmd": "echo", "deps": [f".inputs/{name}"]} for name in input_links.NAMES}
    (project / "dvc.yaml").write_text(json.dumps({"stages": stages}))
    subprocess.run([dvc, "repro", "-q"], cwd=project, check=True)

    def stale():
        return set(json.loads(subprocess.check_output([dvc, "status", "--json"], cwd=project)))

    assert stale() == set()
    for number, name in enumerate(input_links.NAMES, 1):
        file = sources[name] / "deep/file" if sources[name].is_dir() else sources[name]
        file.write_text("new")
        assert stale() == set(input_links.NAMES[:number])


def test_files_that_dvc_cannot_read_are_excluded_and_the_others_are_not(project):
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
    input_links.update_links(project, {"corpus": "sounds"})
    (project / "dvc.yaml").write_text('{"stages": {"ingest": {"cmd": "echo", "deps": [".inputs/corpus"]}}}')
    subprocess.run([dvc, "repro", "-q"], cwd=project, check=True, timeout=60)
    assert json.loads(subprocess.check_output([dvc, "status", "--json"], cwd=project)) == {}
    (odd / "a.wav").write_text("new")
    assert "ingest" in json.loads(subprocess.check_output([dvc, "status", "--json"], cwd=project))


def test_in_a_copy_that_lacks_the_corpus_the_link_leads_to_the_main_checkout(project, tmp_path, monkeypatch):
    monkeypatch.setenv("DVC_ROOT", str(project))
    copy = project / ".dvc/tmp/exps/copy"
    copy.mkdir(parents=True)
    input_links.update_links(copy, {"corpus": "sounds"})
    assert (copy / ".inputs/corpus").resolve() == project / "sounds"


def test_a_folder_at_the_path_of_a_link_raises_an_input_error(project):
    (project / ".inputs/corpus/full").mkdir(parents=True)
    with pytest.raises(InputError, match="cannot be created"):
        input_links.update_links(project, {"corpus": "sounds"})


def test_the_record_of_the_links_holds_their_targets_so_that_dvc_sees_links_of_other_parameters(project):
    input_links.update_links(project, {"corpus": "sounds", "soundfont": ""})
    record = (project / ".inputs/links.json").read_bytes()
    input_links.update_links(project, {"corpus": "../elsewhere", "soundfont": ""})
    assert json.loads((project / ".inputs/links.json").read_text())["corpus"] == "../elsewhere"
    input_links.update_links(project, {"soundfont": "", "corpus": "sounds"})
    assert (project / ".inputs/links.json").read_bytes() == record


def values(project, stage, **prepare):
    input_links.write_single_parameters(project, {"ingest": Ingest(), "prepare": Prepare(**prepare)})
    return (project / ".inputs" / input_links.parameters_file(stage)).read_bytes()


def test_the_file_of_single_parameters_changes_only_with_those_parameters(project):
    (project / ".inputs").mkdir()
    first = values(project, "ingest")
    assert json.loads(first) == {"prepare.channel": "mix", "prepare.rate_hz": 16000, "prepare.silence_db": 50.0}
    assert values(project, "ingest", samples=4096, level="rms") == first
    assert values(project, "ingest", channel=0) != first
    assert json.loads(values(project, "classify")) == {"ingest.silence_db": -60.0}


def test_the_record_of_the_links_holds_the_single_parameters_so_that_dvc_sees_those_of_other_parameters(project):
    for rate in (8_000, 48_000):
        sections = {"ingest": Ingest(), "prepare": Prepare(rate_hz=rate)}
        input_links.write_single_parameters(project, sections)
        record = input_links.update_links(project, {"corpus": "sounds"})
        assert record["parameters"]["ingest"]["prepare.rate_hz"] == rate
        assert json.loads((project / ".inputs/links.json").read_text()) == record
