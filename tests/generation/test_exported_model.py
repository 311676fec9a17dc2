import json
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.generation.test_sampler import model
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.generation.exported_model import export, load_exported
from waveloom.generation.generator import Generator
from waveloom.generation.sampler import Sampler
from waveloom.models.files import save_model
from waveloom.models.model import Exported, Model

LABELS = ("drum", "flute")


def whole():
    """A model with all that a card states."""
    made = model(LABELS)
    return Model({**made.spec, "seed": 0, "steps": 1}, made.weights)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("exported") / "drums"
    export(whole(), place, "onnx")
    return place


def test_an_export_makes_the_sounds_of_its_model(folder):
    exported = load_exported(folder)
    assert exported.digest == whole().digest
    clips = ([3, 4, 5], ["flute", "drum", "flute"])
    np.testing.assert_allclose(Sampler(exported).clips(*clips), Sampler(whole()).clips(*clips), atol=1e-4)


def test_it_runs_without_tensorflow_from_the_command_line(folder, tmp_path):
    code = (
        "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None\n"
        "from waveloom.__main__ import main; sys.argv = ['waveloom', *sys.argv[1:]]; main()"
    )
    command = ["generate", str(tmp_path / "out"), "--model", str(folder), "--count", "1"]
    subprocess.run([sys.executable, "-c", code, *command], check=True)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["drum-0000.wav", "flute-0000.wav"]


def test_labels_whose_file_names_would_be_equal_get_distinct_files(tmp_path):
    labels = ("Cat", "cat", "pop rock", "pop/rock", "x" * 249)
    made = model(labels)
    save_model(tmp_path / "model", Model({**made.spec, "seed": 0, "steps": 1}, made.weights))
    command = ["generate", str(tmp_path / "out"), "--model", str(tmp_path / "model"), "--count", "1", "--json"]
    run = CliRunner().invoke(app, command, catch_exceptions=False)
    assert [row["label"] for row in json.loads(run.stdout)] == list(labels)
    names = [file.name.casefold() for file in (tmp_path / "out").iterdir()]
    assert len(set(names)) == len(labels)


def test_an_existing_folder_is_left_unchanged(folder):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(InputError, match="exists already"):
        export(whole(), folder, "onnx")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_an_export_that_failed_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match="choose from litert, onnx"):
        export(whole(), tmp_path / "a", "wav")
    damaged = whole()
    damaged.weights["dense_0/kernel"] = damaged.weights["dense_0/kernel"][:, :-1]
    with pytest.raises(InputError, match="do not fit"):
        export(damaged, tmp_path / "a", "onnx")
    with pytest.raises(InputError, match="exported already"):
        export(Exported(whole().spec, "digest", lambda noise, label: noise), tmp_path / "a", "onnx")
    classifier = Model({"labels": ["a"]}, {})
    with pytest.raises(InputError, match="is not a generator or translator"):
        export(classifier, tmp_path / "a", "onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "content"), [("network.onnx", b"\0" * 100), ("export.json", b"{}"), ("export.json", b"[1]")]
)
def test_a_damaged_export_is_refused(tmp_path, file, content):
    export(whole(), tmp_path / "a", "onnx")
    (tmp_path / "a" / file).write_bytes(content)
    with pytest.raises(InputError, match=r"damaged.*Export it again"):
        load_exported(tmp_path / "a")


def test_an_export_cannot_be_truncated(folder):
    with pytest.raises(InputError, match="cannot be truncated"):
        Generator(load_exported(folder)).truncated(0.5)


def test_the_command_states_the_size_and_the_largest_difference(tmp_path):
    save_model(tmp_path / "m", whole())
    command = ["export", str(tmp_path / "x"), "--model", str(tmp_path / "m"), "--format", "litert", "--json"]
    result = json.loads(CliRunner().invoke(app, command, catch_exceptions=False).output.splitlines()[-1])
    assert result["format"] == "litert"
    assert result["differs_by"] < 1e-5
    assert result["megabytes"] > 0


def test_an_export_whose_labels_were_changed_is_refused(tmp_path):
    export(whole(), tmp_path / "a", "onnx")
    result = json.loads((tmp_path / "a/export.json").read_text())
    result["spec"]["labels"] = [*reversed(LABELS)]
    (tmp_path / "a/export.json").write_text(json.dumps(result))
    with pytest.raises(InputError, match=r"export\.json is not the one that was written"):
        load_exported(tmp_path / "a")
