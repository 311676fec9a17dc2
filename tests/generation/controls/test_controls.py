import json

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.generation.test_exported_model import whole
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.generation.controls import cache
from waveloom.generation.controls.cache import cached_controls
from waveloom.generation.controls.descriptors import descriptors
from waveloom.generation.controls.directions import Control, apply_controls, find_controls
from waveloom.generation.controls.interpolation import interpolate
from waveloom.generation.sampler import Sampler
from waveloom.models.files import save_model
from waveloom.models.model import Exported

RATE, SAMPLES = 8000, 4096
SPEC = {
    "recipe": {
        "representation": "waveform",
        "generator": "dense",
        "discriminator": "dense",
        "objective": "bce",
        "noise": 6,
    },
    "rate_hz": RATE,
    "samples": SAMPLES,
    "labels": ["high", "low"],
}


def tone(hertz, decay=4.0):
    seconds = np.arange(SAMPLES) / RATE
    return (0.5 * np.sin(2 * np.pi * hertz * seconds) * np.exp(-decay * seconds)).astype(np.float32)


def pitched():
    """A generator of tones: the third value of the latent vector is the pitch in quarters of an octave."""

    def call(noise, label):
        return tone((800 if label[0] == 0 else 200) * 2 ** (noise[0, 2] / 4))[None]

    return Exported(SPEC, "digest", call)


def test_an_interpolation_includes_both_ends_and_has_even_steps_and_lengths():
    first, last = np.random.default_rng(0).standard_normal((2, 128))
    path = interpolate(first, last, 9)
    np.testing.assert_allclose(path[[0, -1]], [first, last], rtol=1e-5)
    lengths = np.linalg.norm(path, axis=1)
    np.testing.assert_allclose(lengths, np.linspace(lengths[0], lengths[-1], 9), rtol=1e-5)
    steps = np.linalg.norm(np.diff(path / lengths[:, None], axis=0), axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-4)


def test_an_interpolation_from_a_vector_to_itself_is_constant():
    vector = np.random.default_rng(0).standard_normal(8)
    np.testing.assert_allclose(interpolate(vector, vector, 3), np.tile(vector, (3, 1)), rtol=1e-5)


def test_descriptors_follow_the_audible_properties_of_known_sounds():
    noise = np.random.default_rng(0).normal(0, 0.1, SAMPLES).astype(np.float32)
    late = np.roll(tone(400, decay=20), 2048)
    high, low, hiss, after = range(4)
    found = descriptors(np.stack([tone(800), tone(400), noise, late]), RATE)
    assert found["pitch"][high] - found["pitch"][low] == pytest.approx(1, abs=0.02)  # an octave
    assert found["brightness"][high] > found["brightness"][low]
    assert found["noisiness"][hiss] > found["noisiness"][high] + 20
    assert found["brightness"][hiss] > found["brightness"][high]
    assert found["attack"][after] > found["attack"][low]
    assert found["length"][low] > np.log2(1 + 5)
    assert all(np.isfinite(values[:2]).all() for values in found.values())


def test_silence_is_measured_and_has_no_pitch():
    found = descriptors(np.zeros((1, SAMPLES), np.float32), RATE)
    assert np.isnan(found["pitch"]).all()
    assert np.isfinite(found["length"]).all()


def test_a_control_is_the_direction_along_which_its_descriptor_grows_within_each_label():
    pitch = next(control for control in find_controls(Sampler(pitched()), sounds=80) if control.name == "pitch")
    assert pitch.correlation > 0.95
    assert abs(pitch.direction[2]) == pytest.approx(1, abs=0.1)
    higher = apply_controls(np.zeros((1, 6), np.float32), [pitch], {"pitch": 2.0})
    assert higher[0, 2] == pytest.approx(2, abs=0.2)


def test_a_control_without_effect_is_refused_with_those_that_have_one():
    controls = [Control("pitch", np.ones(6), 0.9), Control("attack", np.ones(6), 0.1)]
    for name, reason in (("attack", "has no effect"), ("colour", "is not a control")):
        with pytest.raises(InputError, match=rf"controls has '{name}', which {reason}.*choose from: pitch"):
            apply_controls(np.zeros((1, 6)), controls, {name: 1.0})


def test_controls_are_found_once_and_read_from_the_cache_bit_for_bit(monkeypatch, tmp_path):
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path))
    found = cached_controls(Sampler(pitched()), sounds=40)
    monkeypatch.setattr(cache, "find_controls", None)
    again = cached_controls(Sampler(pitched()), sounds=40)
    assert [(one.name, one.correlation) for one in again] == [(one.name, one.correlation) for one in found]
    for one, other in zip(again, found, strict=True):
        np.testing.assert_array_equal(one.direction, other.direction)
        assert one.direction.dtype == np.float32


def test_a_damaged_cache_is_replaced_and_one_that_cannot_be_written_is_done_without(monkeypatch, tmp_path):
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path / "cache"))
    found = cached_controls(Sampler(pitched()), sounds=40)
    (file,) = (tmp_path / "cache/controls").iterdir()
    file.write_bytes(b"damaged")
    assert cached_controls(Sampler(pitched()), sounds=40)[0].correlation == found[0].correlation
    assert file.read_bytes() != b"damaged"
    (tmp_path / "file").touch()
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path / "file"))
    assert cached_controls(Sampler(pitched()), sounds=40)[0].correlation == found[0].correlation


def test_another_model_has_another_cache_file(monkeypatch, tmp_path):
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path))
    for digest in ("one", "two"):
        cached_controls(Sampler(Exported(SPEC, digest, pitched().call)), sounds=40)
    assert len(list((tmp_path / "controls").iterdir())) == 2


def test_the_command_interpolates_and_names_the_option_of_a_wrong_control(tmp_path):
    save_model(tmp_path / "m", whole())
    command = ["generate", str(tmp_path / "out"), "--model", str(tmp_path / "m"), "--count", "3", "--label", "drum"]
    result = CliRunner().invoke(app, [*command, "--interpolate", "2", "5", "--json"], catch_exceptions=False)
    rows = json.loads(result.output.splitlines()[-1])
    assert [row["origin"] for row in rows] == [f"seeds 2 to 5, {step} of 3" for step in (1, 2, 3)]
    assert (tmp_path / "out/drum-0002-to-0005-03.wav").is_file()
    for control, message in (("pitch", "is 'pitch', which is not NAME=AMOUNT"), ("pitch=high", "not NAME=AMOUNT")):
        wrong = CliRunner().invoke(app, [*command, "--control", control])
        assert f"--control {message}" in str(wrong.exception) or message in str(wrong.exception)
    wrong = CliRunner().invoke(app, [*command, "--control", "pitch=9"])
    assert "--control has pitch=9, which is out of range" in str(wrong.exception)


def test_the_command_lists_the_controls_with_their_correlations(monkeypatch, tmp_path):
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path / "cache"))
    save_model(tmp_path / "m", whole())
    result = CliRunner().invoke(app, ["controls", "--model", str(tmp_path / "m"), "--json"], catch_exceptions=False)
    correlations = json.loads(result.output.splitlines()[-1])
    assert correlations.keys() == {"brightness", "noisiness", "pitch", "attack", "length"}
    assert all(-1 <= value <= 1 for value in correlations.values())
