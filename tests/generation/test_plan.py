import numpy as np
import pytest

from tests.evaluation.conftest import make_model
from tests.generation.controls.test_controls import pitched
from waveloom.generation.generator import Generator
from waveloom.generation.request import Request, RequestError


@pytest.fixture
def generator(monkeypatch, tmp_path):
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path))
    return Generator(pitched())


def plan(generator, **fields):
    return generator.plan(Request(labels=("low",), **fields))


def test_a_plan_states_how_to_make_each_sound_again(generator):
    alone = plan(generator, seed=7, count=2)
    assert [(one.stem, one.origin, one.seed) for one in alone] == [("0007", "seed 7", 7), ("0008", "seed 8", 8)]
    path = plan(generator, count=3, interpolate=(7, 9))
    assert [one.stem for one in path] == ["0007-to-0009-01", "0007-to-0009-02", "0007-to-0009-03"]
    np.testing.assert_allclose(path[0].latent, alone[0].latent, rtol=1e-5)
    (higher,) = plan(generator, seed=7, count=1, controls={"pitch": 1.5})
    assert (higher.stem, higher.origin) == ("0007-pitch+1.5", "seed 7 pitch+1.5")
    assert higher.latent[2] - alone[0].latent[2] == pytest.approx(1.5, abs=0.1)


def test_all_labels_are_planned_unless_some_are_requested(generator):
    assert [one.label for one in generator.plan(Request(count=1))] == ["high", "low"]
    assert [one.label for one in generator.plan(Request(labels=("low", "low"), count=1))] == ["low"]


def test_only_sounds_of_a_plain_seed_are_redrawn_if_they_are_copies(generator):
    assert plan(generator, count=1)[0].redraw_copies
    assert not any(one.redraw_copies for one in plan(generator, count=2, interpolate=(1, 2)))
    assert not any(one.redraw_copies for one in plan(generator, controls={"pitch": 1.0}))


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"count": 1, "interpolate": (1, 2)}, "count", "two ends; give 2 or more"),
        ({"count": 0}, "count", "is 0"),
        ({"seed": -1}, "seed", "is -1"),
        ({"interpolate": (1, -2)}, "interpolate", "is -2"),
        ({"controls": {"pitch": float("nan")}}, "controls", "out of range"),
        ({"controls": {"pitch": 9.0}}, "controls", "out of range"),
        ({"seconds": -3.0}, "seconds", "above 0 and up to 21600"),
        ({"seconds": 3.0, "interpolate": (1, 2)}, "seconds", "apply to clips"),
        ({"seconds": 3.0, "controls": {"pitch": 1.0}}, "seconds", "apply to clips"),
        ({"rate_hz": 100}, "rate_hz", "is 100"),
        ({"truncation": 1.5}, "truncation", "from 0 to 1"),
        ({"labels": ("low",), "text": ("a bell",)}, "text", "give one of the two"),
    ],
)
def test_an_impossible_request_names_its_field(fields, field, message):
    with pytest.raises(RequestError, match=rf"^{field} .*{message}") as error:
        Request(**fields)
    assert error.value.field == field


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"labels": ("drum",)}, "^labels is 'drum'; the labels of this generator are: high, low"),
        ({"rate_hz": 48_000}, "^rate_hz is 48000, but this generator was trained at 8000 Hz"),
        ({"controls": {"colour": 1.0}}, "^controls has 'colour', which is not a control"),
        ({"seconds": 3.0}, "^seconds needs the trained generator"),
    ],
)
def test_what_this_generator_cannot_make_names_the_field_before_anything_is_made(generator, fields, message):
    with pytest.raises(RequestError, match=message):
        generator.generate(Request(**fields))


def test_generated_sounds_have_the_samples_of_their_seeds():
    generator = Generator(make_model(["high", "low", "noise"]))
    sounds = list(generator.generate(Request(labels=("low",), seed=4, count=2)))
    assert [(sound.plan.label, sound.plan.seed, sound.rate_hz) for sound in sounds] == [
        ("low", 4, 8000),
        ("low", 5, 8000),
    ]
    clips = [np.concatenate(list(sound.blocks), axis=-1) for sound in sounds]
    np.testing.assert_array_equal(clips, generator.clips([4, 5], ["low", "low"]))
