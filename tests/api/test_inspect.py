"""`waveloom.inspect`: the doctor in Python."""

import numpy as np
import pytest
import soundfile

import waveloom
from tests.api.conftest import RATE, tones


@pytest.fixture(scope="module")
def inspection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("collection")
    for label, first in (("bell", 0), ("drum", 6)):
        (folder / label).mkdir()
        for number, tone in enumerate(tones(6, first)):
            soundfile.write(folder / label / f"{number}.wav", tone, RATE)
    soundfile.write(folder / "bell/silent.wav", np.zeros(4000), RATE)
    return waveloom.inspect(str(folder))


def test_it_counts_classes_and_rejected_files(inspection):
    assert (inspection.facts.files, inspection.facts.accepted) == (13, 12)
    assert set(inspection.facts.classes) == {"bell", "drum"}
    assert repr(inspection).startswith("<Inspection of ")


def test_findings_are_a_table_that_names_the_silent_file(inspection):
    assert list(inspection.findings.columns) == ["weight", "what", "count", "advice", "examples"]
    assert any("bell/silent.wav" in str(names) for names in inspection.findings["examples"])


def test_it_prints_as_text_and_in_a_notebook(inspection):
    assert "12 accepted" in str(inspection)
    page = inspection._repr_html_()
    assert "accepted" in page
    assert "<span style" in page
    assert "\x1b" not in str(inspection)


def test_headers_alone_are_read_if_it_must_be_fast(tmp_path):
    soundfile.write(tmp_path / "a.wav", tones(1, 0)[0], RATE)
    assert waveloom.inspect(tmp_path, fast=True).examination.depth == "headers"


def test_a_missing_folder_is_an_input_error(tmp_path):
    with pytest.raises(waveloom.InputError, match="is neither a folder"):
        waveloom.inspect(tmp_path / "nowhere")
