"""`waveloom.load` and its generator: keywords in, sounds out."""

import numpy as np
import pytest
import soundfile

import waveloom
from tests.evaluation.conftest import make_model
from tests.generation.controls.test_controls import pitched
from tests.generation.test_exported_model import whole
from waveloom.api.generator import Generator
from waveloom.generation.exported_model import export
from waveloom.generation.generator import Generator as Engine
from waveloom.models.files import save_model


@pytest.fixture
def generator(monkeypatch, tmp_path):
    """A generator of tones whose third latent value is the pitch, with the labels high and low."""
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path))
    return Generator(Engine(pitched()))


def frequency(sound):
    spectrum = np.abs(np.fft.rfft(sound.array))
    return spectrum.argmax() * sound.rate / len(sound.array)


def test_a_sound_has_the_samples_of_its_seed_and_label():
    model = make_model(["high", "low", "noise"])
    sounds = Generator(Engine(model)).generate("low", seed=4, count=2)
    expected = Engine(model).clips([4, 5], ["low", "low"])
    np.testing.assert_array_equal([sound.array for sound in sounds], expected)
    assert [(sound.label, sound.seed, sound.origin) for sound in sounds] == [("low", 4, "seed 4"), ("low", 5, "seed 5")]
    assert [sound.name for sound in sounds] == ["low-0004", "low-0005"]
    assert {sound.model for sound in sounds} == {model.digest}


def test_by_default_there_is_one_sound_of_each_label(generator):
    assert [(sound.label, sound.seed) for sound in generator.generate()] == [("high", 0), ("low", 0)]
    assert [sound.label for sound in generator.generate(["low", "high"], seed=3)] == ["low", "high"]


def test_a_generator_states_what_it_makes(generator):
    assert (generator.labels, generator.rate, generator.seconds) == (["high", "low"], 8000, 4096 / 8000)
    assert repr(generator) == "<Generator digest: clips of 0.51 s at 8000 Hz, 2 labels>"


def test_a_control_moves_the_sound_as_its_name_says(generator):
    assert next(iter(generator.controls)) == "pitch"
    plain, higher = (generator.generate("low", seed=7, controls=moved)[0] for moved in (None, {"pitch": 2.0}))
    assert frequency(higher) > 1.2 * frequency(plain)
    assert (higher.origin, higher.seed) == ("seed 7 pitch+2", 7)


def test_an_interpolation_begins_and_ends_with_the_sounds_of_its_seeds(generator):
    steps = generator.interpolate(1, 2, "low", count=5)
    ends = generator.generate("low", seed=1, count=2)
    assert len(steps) == 5
    assert [frequency(steps[0]), frequency(steps[-1])] == [frequency(end) for end in ends]
    between = [frequency(step) for step in steps]
    assert between in (sorted(between), sorted(between, reverse=True))


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"label": "drum"}, "^label is 'drum'; the labels of this generator are: high, low"),
        ({"label": "low", "text": "a bell"}, "^text was given together with label"),
        ({"rate": 48_000}, "^rate is 48000, but this generator was trained at 8000 Hz"),
        ({"count": 0}, "^count is 0; give 1 or more"),
        ({"controls": {"colour": 1.0}}, "^controls has 'colour', which is not a control"),
    ],
)
def test_an_error_names_the_keyword(generator, keywords, message):
    with pytest.raises(waveloom.InputError, match=message):
        generator.generate(**keywords)


def test_a_trained_and_an_exported_generator_are_loaded_from_a_string_or_a_path(tmp_path):
    save_model(tmp_path / "trained", whole())
    export(whole(), tmp_path / "onnx", "onnx")
    trained, exported = waveloom.load(str(tmp_path / "trained")), waveloom.load(tmp_path / "onnx")
    assert isinstance(trained, waveloom.Generator)
    assert trained.digest == exported.digest == whole().digest
    one, other = (generator.generate("drum", seed=3)[0].array for generator in (trained, exported))
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_the_generator_of_the_project_is_the_default(tmp_path, monkeypatch):
    (tmp_path / "conf").mkdir()
    (tmp_path / "params.yaml").write_text("")
    save_model(tmp_path / "data/04_models/generator", whole())
    monkeypatch.chdir(tmp_path / "conf")
    assert waveloom.load().digest == whole().digest


def test_a_folder_without_a_model_is_an_input_error(tmp_path):
    with pytest.raises(waveloom.InputError, match="holds no model"):
        waveloom.load(tmp_path)


def test_saved_sounds_have_their_samples_and_say_how_they_were_made(generator, tmp_path):
    files = generator.generate("low", seed=4, count=2).save(tmp_path / "new/folder")
    assert [file.name for file in files] == ["low-0004.wav", "low-0005.wav"]
    samples, rate = soundfile.read(files[0], dtype="float32")
    np.testing.assert_allclose(samples, generator.generate("low", seed=4)[0].array, atol=1 / 32768)
    assert rate == 8000
    with soundfile.SoundFile(files[0]) as file:
        assert (file.title, file.comment) == ("low", "model digest seed 4")


def test_saving_again_replaces_the_file(generator, tmp_path):
    sound = generator.generate("low")[0]
    assert sound.save(tmp_path / "a.wav") == sound.save(str(tmp_path / "a.wav"))


def test_another_suffix_and_a_name_used_twice_are_input_errors(generator, tmp_path):
    sounds = generator.generate("low")
    with pytest.raises(waveloom.InputError, match=r"a\.mp3 does not end in \.wav or \.flac"):
        sounds[0].save(tmp_path / "a.mp3")
    with pytest.raises(waveloom.InputError, match="have the name 'low-0000'"):
        waveloom.Sounds([*sounds, *sounds]).save(tmp_path)
