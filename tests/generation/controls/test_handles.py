import json

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.generation.test_exported import whole
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.generation.controls.descriptors import descriptors
from waveloom.generation.controls.directions import Handle, find, moved
from waveloom.generation.controls.interpolation import between
from waveloom.generation.request import wanted
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
    """A generator whose third number of the noise is the pitch, in quarters of an octave above its label's."""

    def call(noise, label):
        return tone((800 if label[0] == 0 else 200) * 2 ** (noise[0, 2] / 4))[None]

    return Exported(SPEC, "digest", call)


def test_the_way_between_two_sounds_begins_and_ends_with_them_and_keeps_the_strength_of_noise():
    first, last = np.random.default_rng(0).standard_normal((2, 128))
    way = between(first, last, 9)
    np.testing.assert_allclose(way[[0, -1]], [first, last], rtol=1e-5)
    lengths = np.linalg.norm(way, axis=1)
    np.testing.assert_allclose(lengths, np.linspace(lengths[0], lengths[-1], 9), rtol=1e-5)
    steps = np.linalg.norm(np.diff(way / lengths[:, None], axis=0), axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-4)


def test_a_sound_lies_between_itself_and_itself():
    noise = np.random.default_rng(0).standard_normal(8)
    np.testing.assert_allclose(between(noise, noise, 3), np.tile(noise, (3, 1)), rtol=1e-5)


def test_descriptors_tell_what_one_hears():
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


def test_a_handle_is_the_direction_that_moves_its_descriptor_whatever_the_label():
    pitch = next(handle for handle in find(pitched(), sounds=80) if handle.name == "pitch")
    assert pitch.follows > 0.95
    assert abs(pitch.direction[2]) == pytest.approx(1, abs=0.1)
    higher = moved(np.zeros((1, 6), np.float32), [pitch], {"pitch": 2.0})
    assert higher[0, 2] == pytest.approx(2, abs=0.2)


def test_handles_that_move_nothing_are_refused_with_those_that_do():
    handles = [Handle("pitch", np.ones(6), 0.9), Handle("attack", np.ones(6), 0.1)]
    for name, why in (("attack", "does not move"), ("colour", "is no handle")):
        with pytest.raises(InputError, match=rf"'{name}' {why}.*those that do: pitch"):
            moved(np.zeros((1, 6)), handles, {name: 1.0})


def test_what_is_wanted_says_what_makes_it_again():
    alone = wanted(pitched(), 7, 2, None, [])
    assert [(sound.stem, sound.origin, sound.seed) for sound in alone] == [("0007", "seed 7", 7), ("0008", "seed 8", 8)]
    way = wanted(pitched(), 0, 3, (7, 9), [])
    assert [sound.stem for sound in way] == ["0007-to-0009-01", "0007-to-0009-02", "0007-to-0009-03"]
    np.testing.assert_allclose(way[0].noise, alone[0].noise, rtol=1e-5)
    higher = wanted(pitched(), 7, 1, None, ["pitch=1.5"])[0]
    assert (higher.stem, higher.origin) == ("0007-pitch+1.5", "seed 7 pitch+1.5")
    assert higher.noise[2] - alone[0].noise[2] == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize(
    ("between", "count", "more", "message"),
    [
        ((1, 2), 1, [], "two ends; give 2 or more"),
        (None, 1, ["pitch"], "not NAME=AMOUNT"),
        (None, 1, ["pitch=high"], "not NAME=AMOUNT"),
        (None, 1, ["pitch=nan"], "goes too far"),
        (None, 1, ["pitch=9"], "goes too far"),
    ],
)
def test_what_cannot_be_wanted_is_said_before_anything_is_made(between, count, more, message):
    with pytest.raises(InputError, match=message):
        wanted(pitched(), 0, count, between, more)


def test_the_commands_go_from_one_sound_to_another_and_list_the_handles(tmp_path):
    save_model(tmp_path / "m", whole())
    run = CliRunner()
    command = ["generate", str(tmp_path / "out"), "--model", str(tmp_path / "m"), "--count", "3", "--label", "drum"]
    said = run.invoke(app, [*command, "--between", "2", "5", "--json"], catch_exceptions=False)
    rows = json.loads(said.output.splitlines()[-1])
    assert [row["origin"] for row in rows] == [f"seeds 2 to 5, {step} of 3" for step in (1, 2, 3)]
    assert (tmp_path / "out/drum-0002-to-0005-03.wav").is_file()
