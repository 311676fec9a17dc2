import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from waveloom.audio.store import write
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.datasets.samples import SamplesDataset
from waveloom.generation.samples import Samples

RATE, SAMPLES = 8000, 4096
SECTION = "listen: {sounds: 4, references: 2, anchors: 1, traps: 1}\n"


def tones(count):
    return np.stack([0.3 * np.sin(np.arange(SAMPLES) / (2 + n)) for n in range(count)]).astype(np.float32)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "conf").mkdir(parents=True)
    (folder / "params.yaml").write_text(SECTION)
    (folder / "data/02_clips").mkdir(parents=True)
    index = pd.DataFrame(
        {"clip_id": [f"clip-{n}" for n in range(8)], "split": ["test"] * 6 + ["train"] * 2, "label": ["a", "b"] * 4}
    )
    write(folder / "data/02_clips/clips", [(index, tones(8))], RATE, SAMPLES)
    made = pd.DataFrame({"file": [f"s{n}.wav" for n in range(6)], "seed": range(6), "label": "a", "model": "c0ffee"})
    SamplesDataset(str(folder / "data/05_samples/samples")).save(Samples(tones(6), RATE, made))
    return folder


def listen(project, *arguments):
    result = CliRunner().invoke(app, ["listen", *arguments, "--project", str(project)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_a_study_is_created_from_samples_exported_and_imported_into_another_project(project, tmp_path):
    created = json.loads(listen(project, "new", "first", "--json"))
    assert (created["items"], created["files"]) == (8, 8)
    assert "MOS: not measured (0 listeners)" in listen(project, "results", "first")
    listen(project, "export", "first", str(tmp_path / "csv"))
    other = tmp_path / "other"
    (other / "conf").mkdir(parents=True)
    (other / "params.yaml").write_text(SECTION)
    assert json.loads(listen(other, "import", str(tmp_path / "csv"), "--json"))["stimulus"] == 8
    assert json.loads(listen(other, "results", "first", "--json"))["listeners"] == 0


def test_training_clips_are_never_references(project, tmp_path):
    listen(project, "new", "first")
    listen(project, "export", "first", str(tmp_path / "csv"))
    stimuli = pd.read_csv(tmp_path / "csv/stimulus.csv")
    assert not stimuli["clip"].isin(["clip-6", "clip-7"]).any()
    assert set(stimuli["first"]) == {"c0ffee", "real", "anchor", "trap"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["new", "../up"], "letters, digits"),
        (["new", "x", "--samples", "nowhere"], "holds no samples"),
        (["results", "nosuch"], "no study 'nosuch'"),
    ],
)
def test_an_impossible_request_is_one_error(project, arguments, message):
    with pytest.raises(InputError, match=message):
        listen(project, *arguments)


def test_two_folders_of_one_generator_are_refused(project):
    samples = str(project / "data/05_samples/samples")
    with pytest.raises(InputError, match="one generator"):
        listen(project, "new", "x", "--samples", samples, "--samples", samples)
