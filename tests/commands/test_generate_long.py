"""`waveloom generate --seconds`, as one types it."""

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


def test_each_label_gets_one_sound_of_the_length_asked_whose_name_and_metadata_say_so(generator, tmp_path):
    said = generate(generator, tmp_path / "out", "--seconds", "2.5", "--seed", "3")
    assert "2 sounds in" in said.output, said.exception
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


def test_words_and_count_and_json_go_with_it(generator, tmp_path):
    said = generate(generator, tmp_path, "--seconds", "1", "--words", "Rain", "--count", "2", "--json")
    rows = json.loads(said.stdout)
    assert [(row["seed"], row["label"], row["how"]) for row in rows] == [(0, "rain", "name"), (1, "rain", "name")]
    assert {row["file"] for row in rows} == {str(file) for file in tmp_path.iterdir()}


def test_nothing_is_overwritten(generator, tmp_path):
    generate(generator, tmp_path, "--seconds", "1", "--label", "rain")
    said = generate(generator, tmp_path, "--seconds", "1", "--label", "rain")
    assert isinstance(said.exception, InputError)
    assert "rain-0000-1s.wav exists already" in str(said.exception)


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "21601", "0.1"])
def test_a_length_that_cannot_be_is_one_error_and_makes_no_folder(generator, tmp_path, seconds):
    said = generate(generator, tmp_path / "out", f"--seconds={seconds}")
    assert isinstance(said.exception, InputError)
    assert f"--seconds is {seconds}" in str(said.exception)
    assert not (tmp_path / "out").exists()


def test_a_generator_of_waveforms_says_what_it_would_take(tmp_path):
    save_model(tmp_path / "generator", make_model(["rain"]))
    said = generate(tmp_path / "generator", tmp_path / "out", "--seconds", "3")
    assert "needs a representation whose windows can be laid over each other: spectrogram, stereo or mel" in str(
        said.exception
    )
    assert not (tmp_path / "out").exists()


def test_truncation_is_asked_of_the_networks_as_for_clips(generator, tmp_path):
    said = generate(generator, tmp_path / "out", "--seconds", "3", "--truncation", "0.5")
    assert "truncation is not a parameter" in str(said.exception)
    assert not (tmp_path / "out").exists()


def test_a_file_where_the_folder_should_be_is_said_to_be_one(generator, tmp_path):
    (tmp_path / "out").touch()
    said = generate(generator, tmp_path / "out", "--seconds", "3")
    assert "out is a file; give the folder" in str(said.exception)


def test_another_rate_is_that_of_the_file_and_the_sound_the_same(generator, tmp_path):
    generate(generator, tmp_path / "own", "--seconds", "2", "--label", "rain")
    said = generate(generator, tmp_path / "half", "--seconds", "2", "--label", "rain", "--rate", str(RATE // 2))
    assert "1 sounds in" in said.output, said.exception
    own, _ = soundfile.read(tmp_path / "own/rain-0000-2s.wav")
    half, rate = soundfile.read(tmp_path / "half/rain-0000-2s.wav")
    assert (rate, len(half)) == (RATE // 2, RATE)
    expected = soxr.resample(own, RATE, RATE // 2, "HQ")
    inside = slice(0, RATE - RATE // 10)  # but where it fades
    np.testing.assert_allclose(half[inside], expected[inside], atol=2e-4)


def test_clips_too_are_had_at_another_rate(generator, tmp_path):
    generate(generator, tmp_path, "--count", "1", "--label", "rain", "--rate", "4000")
    (file,) = tmp_path.iterdir()
    samples = load_model(generator).spec["samples"]
    assert (soundfile.info(file).samplerate, soundfile.info(file).frames) == (4000, round(samples * 4000 / RATE))


def test_a_rate_that_the_generator_cannot_make_is_refused_before_anything_is_made(generator, tmp_path):
    said = generate(generator, tmp_path / "out", "--rate", "96000")
    assert f"--rate is 96000, but this generator was trained at {RATE} Hz" in str(said.exception)
    assert not (tmp_path / "out").exists()


def test_sounds_of_one_folder_without_a_name_can_be_long_too_and_words_cannot_choose_among_them(tmp_path):
    save_model(tmp_path / "generator", spectral_model(labels=("",)))
    assert "1 sounds in" in generate(tmp_path / "generator", tmp_path / "out", "--seconds", "2").output
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["sound-0000-2s.wav"]
    said = generate(tmp_path / "generator", tmp_path / "more", "--words", "rain")
    assert "trained without labels" in str(said.exception)


def test_a_label_cannot_be_asked_of_a_generator_that_knows_none(tmp_path):
    save_model(tmp_path / "generator", make_model([]))
    said = generate(tmp_path / "generator", tmp_path / "out", "--label", "rain")
    assert "trained without labels, so none can be asked of it" in str(said.exception)
    assert not (tmp_path / "out").exists()


def test_labels_of_any_script_have_files_of_their_own(tmp_path):
    save_model(tmp_path / "generator", make_model(["鼓", "琴", "шум/ветер"]))
    generate(tmp_path / "generator", tmp_path / "out", "--count", "1")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"鼓-0000.wav", "琴-0000.wav", "шум_ветер-0000.wav"}


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_generated(generator, tmp_path):
    (tmp_path / "file").touch()
    said = generate(generator, tmp_path / "file/out")
    assert isinstance(said.exception, InputError)
    assert "could not be made" in str(said.exception)


def test_more_clips_than_are_held_at_once_are_those_of_their_seeds(generator, tmp_path, monkeypatch):
    generate(generator, tmp_path / "whole", "--count", "3")
    monkeypatch.setattr("waveloom.generation.sound_files.AT_ONCE", 4)
    generate(generator, tmp_path / "parts", "--count", "3")
    whole, parts = ({f.name: f.read_bytes() for f in (tmp_path / folder).iterdir()} for folder in ("whole", "parts"))
    assert len(whole) == 6
    assert whole == parts
