"""Translators of the Python API."""

import numpy as np
import pytest
import soundfile

import waveloom
from tests.generation.translation.translators import averaged, identity, trained, translator
from waveloom.api.translator import Translator
from waveloom.models.files import save_model

RATE = 22050


@pytest.fixture
def tone():
    time = np.arange(RATE) / RATE
    return waveloom.Sound((0.3 * np.sin(2 * np.pi * 440 * time) * np.exp(-2 * time)).astype(np.float32), RATE, "tone")


def test_a_translation_keeps_rate_and_length_and_says_how_it_was_made(tone):
    result = Translator(translator(averaged)).transfer(tone, to="strings", strength=0.5)
    assert (result.rate, result.array.shape) == (RATE, tone.array.shape)
    assert (result.name, result.label) == ("tone-strings", "strings")
    assert result.origin == "tone to strings strength 0.5 seed 0"


def test_strength_zero_gives_the_sound_back(tone):
    result = Translator(translator(averaged)).transfer(tone, to="strings", strength=0)
    np.testing.assert_allclose(result.array, tone.array, atol=1e-3)


def test_a_file_an_array_and_a_sound_give_the_same_translation(tone, tmp_path):
    soundfile.write(tmp_path / "tone.wav", tone.array, RATE, "FLOAT")
    engine = Translator(translator(averaged))
    sources = (tone, (tone.array, RATE), str(tmp_path / "tone.wav"))
    first, *others = (engine.transfer(source, "organ").array for source in sources)
    for other in others:
        np.testing.assert_allclose(other, first, atol=1e-4)


def test_a_stereo_sound_stays_stereo(tone):
    stereo = np.stack([tone.array, 0.5 * tone.array])
    assert Translator(translator(identity)).transfer((stereo, RATE), "organ").array.shape == stereo.shape


def test_an_unknown_domain_and_a_wrong_strength_name_the_keyword(tone):
    engine = Translator(translator(identity))
    with pytest.raises(waveloom.InputError, match=r"^to is 'organs', which is no domain .* Did you mean 'organ'"):
        engine.transfer(tone, to="organs")
    with pytest.raises(waveloom.InputError, match=r"^strength is 2"):
        engine.transfer(tone, to="organ", strength=2)


def test_load_gives_a_translator_where_the_model_is_one(tmp_path, tone):
    save_model(tmp_path / "model", trained())
    loaded = waveloom.load(tmp_path / "model")
    assert isinstance(loaded, waveloom.Translator)
    assert loaded.domains == ["organ", "strings"]
    assert repr(loaded).endswith("organ, strings; 16000 Hz>")
    assert len(loaded.transfer(tone, "strings").array) == RATE
