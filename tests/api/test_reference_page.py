"""The examples of docs/reference/python.md run, from top to bottom, in the folder of a project."""

import re
import warnings
from pathlib import Path

import pytest

import waveloom
from tests.api.conftest import tones, write_folder
from tests.evaluation.conftest import make_model
from tests.generation.translation.translators import trained
from waveloom.generation.exported_model import export
from waveloom.models.files import save_model

PAGE = (Path(__file__).parents[2] / "docs/reference/python.md").read_text()
EXAMPLES = re.findall(r"(?<!-->\n)```python\n(.*?)```", PAGE, re.DOTALL)
ALL = re.findall(r"```python\n", PAGE)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a generator, an export, a translator and folders of sounds."""
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf").mkdir()
    (tmp_path / "params.yaml").write_text("")
    model = make_model(["drums", "organ"])
    save_model(tmp_path / "data/04_models/generator", model)
    export(model, tmp_path / "export", "onnx")
    save_model(tmp_path / "translator", trained())
    write_folder(tmp_path / "recordings", tones(16, 0))
    write_folder(tmp_path / "generated", tones(8, 1))
    return tmp_path


def test_every_example_runs(project):
    names = {"waveloom": waveloom}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for example in EXAMPLES:
            exec(example, names)
    assert [sound.origin for sound in names["sounds"]] == ["seed 7", "seed 8"]
    assert (project / "out/organ.flac").is_file()
    assert names["result"].seconds == names["sound"].seconds
    assert len(names["table"]) == 3
    assert names["inspection"].facts.accepted == 16


def test_only_marked_examples_are_left_out():
    assert len(ALL) - len(EXAMPLES) == PAGE.count("<!-- not run: ") == 1


def test_the_page_names_every_public_name():
    assert not [name for name in waveloom.__all__ if not re.search(rf"\b{name}\b", PAGE)]
