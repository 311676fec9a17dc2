"""`waveloom generate --seconds` on the command line, and what it has in common with clips."""

import json

import numpy as np
import pytest
import soundfile
import soxr
from typer.testing import CliRunner

from tests.evaluation.conftest import make_model
from tests.generation.test_streaming import RATE, spectral_model
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.models.files import load_model, save_model


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "generator"
    save_model(folder, spectral_model(labels=("rain", "sea waves")))
    return folder


def generate(model, out, *options):
    return CliRunner().invoke(app, ["generate", str(out), "--model", str(model), *options])


def test_each_label_gets_one_sound_of_the_requested_length_which_name_and_metadata_state(generator, tmp_path):
    result = generate(generator, tmp_path / "out", "--seconds", "2.5", "--seed", "3")
    assert "2 sounds in" in result.output, result.exception
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == ["rain-0003-2.5s.wav", "sea_waves-0003-2.5s.wav"]
    with soundfile.SoundFile(tmp_path / "out/rain-0003-2.5s.wav") as file:
        assert (file.samplerate, file.frames, file.title) == (RATE, 2.5 * RATE, "rain")
        assert file.comment == f"model {load_model(generator).digest} seed 3 seconds 2.5"


def test_the_same_command_gives_the_same_bytes(generator, tmp_path):
    for out in ("a", "b"):
        generate(generator, tmp_path / out, "--seconds", "3", "--label", "rain")
    first, again = ((tmp_path / out / "rain-0000-3s.wav").read_bytes() for out in ("a", "b"))
    assert first == again


def test_text_count_and_json_can_be_combined_with_it(generator, tmp_path):
    result = generate(generator, tmp_path, "--seconds", "1", "--text", "Rain", "--count", "2", "--json")
    rows = json.loads(result.stdout)
    assert [(row["seed"], row["label"], row["matched_by"]) for row in rows] == [
        (0, "rain", "name"),
        (1, "rain", "name"),
    ]
    assert {row["file"] for row in rows} == {str(file) for file in tmp_path.iterdir()}


def test_nothing_is_overwritten(generator, tmp_path):
    generate(generator, tmp_path, "--seconds", "1", "--label", "rain")
    result = generate(generator, tmp_path, "--seconds", "1", "--label", "rain")
    assert isinstance(result.exception, InputError)
    assert "rain-0000-1s.wav exists already" in str(result.exception)


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "21601", "0.1"])
def test_an_impossible_length_is_one_error_and_makes_no_folder(generator, tmp_path, seconds):
    result = generate(generator, tmp_path / "out", f"--seconds={seconds}")
    assert isinstance(result.exception, InputError)
    assert f"--seconds is {seconds}" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_generator_of_waveforms_is_refused_with_the_representations_that_can(tmp_path):
    save_model(tmp_path / "generator", make_model(["rain"]))
    result = generate(tmp_path / "generator", tmp_path / "out", "--seconds", "3")
    assert "needs a representation whose clips can be overlapped: spectrogram, stereo or mel" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_truncation_needs_networks_that_have_it_as_for_clips(generator, tmp_path):
    result = generate(generator, tmp_path / "out", "--seconds", "3", "--truncation", "0.5")
    assert "truncation is not a parameter" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_file_in_place_of_the_folder_is_refused(generator, tmp_path):
    (tmp_path / "out").touch()
    result = generate(generator, tmp_path / "out", "--seconds", "3")
    assert "out is a file; give the folder" in str(result.exception)


def test_another_rate_resamples_the_same_sound(generator, tmp_path):
    generate(generator, tmp_path / "own", "--seconds", "2", "--label", "rain")
    result = generate(generator, tmp_path / "half", "--seconds", "2", "--label", "rain", "--rate", str(RATE // 2))
    assert "1 sound in" in result.output, result.exception
    own, _ = soundfile.read(tmp_path / "own/rain-0000-2s.wav")
    half, rate = soundfile.read(tmp_path / "half/rain-0000-2s.wav")
    assert (rate, len(half)) == (RATE // 2, RATE)
    expected = soxr.resample(own, RATE, RATE // 2, "HQ")
    inside = slice(0, RATE - RATE // 10)  # but where it fades
    np.testing.assert_allclose(half[inside], expected[inside], atol=2e-4)


def test_clips_can_be_resampled_too(generator, tmp_path):
    generate(generator, tmp_path, "--count", "1", "--label", "rain", "--rate", "4000")
    (file,) = tmp_path.iterdir()
    samples = load_model(generator).spec["samples"]
    assert (soundfile.info(file).samplerate, soundfile.info(file).frames) == (4000, round(samples * 4000 / RATE))


def test_a_rate_above_the_generator_s_is_refused_before_anything_is_written(generator, tmp_path):
    result = generate(generator, tmp_path / "out", "--rate", "96000")
    assert f"--rate is 96000, but this generator was trained at {RATE} Hz" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_generator_with_one_unnamed_label_can_stream_and_takes_no_text(tmp_path):
    save_model(tmp_path / "generator", spectral_model(labels=("",)))
    assert "1 sound in" in generate(tmp_path / "generator", tmp_path / "out", "--seconds", "2").output
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["sound-0000-2s.wav"]
    result = generate(tmp_path / "generator", tmp_path / "more", "--text", "rain")
    assert "trained without labels" in str(result.exception)


def test_a_label_for_a_generator_without_labels_is_refused(tmp_path):
    save_model(tmp_path / "generator", make_model([]))
    result = generate(tmp_path / "generator", tmp_path / "out", "--label", "rain")
    assert "--label is ['rain'], but this generator was trained without labels" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_labels_in_any_script_get_distinct_files(tmp_path):
    save_model(tmp_path / "generator", make_model(["鼓", "琴", "шум/ветер"]))
    generate(tmp_path / "generator", tmp_path / "out", "--count", "1")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"鼓-0000.wav", "琴-0000.wav", "шум_ветер-0000.wav"}


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_generated(generator, tmp_path):
    (tmp_path / "file").touch()
    result = generate(generator, tmp_path / "file/out")
    assert isinstance(result.exception, InputError)
    assert "could not be made" in str(result.exception)


def test_clips_do_not_depend_on_the_number_held_in_memory(generator, tmp_path, monkeypatch):
    generate(generator, tmp_path / "whole", "--count", "3")
    monkeypatch.setattr("waveloom.generation.sounds.CLIPS_IN_MEMORY", 4)
    generate(generator, tmp_path / "parts", "--count", "3")
    whole, parts = ({f.name: f.read_bytes() for f in (tmp_path / folder).iterdir()} for folder in ("whole", "parts"))
    assert len(whole) == 6
    assert whole == parts
