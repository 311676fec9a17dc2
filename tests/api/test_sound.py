"""Sounds in a notebook."""

import base64
import io
import re

import numpy as np
import soundfile

from waveloom import Sound, Sounds

TONE = (0.5 * np.sin(np.arange(4000) / 4)).astype(np.float32)


def test_the_player_holds_the_samples():
    page = Sound(TONE, 8000)._repr_html_()
    audio = base64.b64decode(re.search(r"data:audio/flac;base64,([^\"]+)", page)[1])
    samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32")
    assert rate == 8000
    np.testing.assert_allclose(samples, TONE, atol=1 / 32768)


def test_a_stereo_sound_plays_in_stereo():
    page = Sound(np.stack([TONE, -0.5 * TONE]), 8000)._repr_html_()
    audio = base64.b64decode(re.search(r"data:audio/flac;base64,([^\"]+)", page)[1])
    assert soundfile.info(io.BytesIO(audio)).channels == 2


def test_a_label_cannot_add_markup_to_the_page():
    assert "<script>" not in Sound(TONE, 8000, label="<script>", name="<script>")._repr_html_()


def test_a_long_list_shows_its_first_players_and_counts_the_others():
    page = Sounds([Sound(TONE[:400], 8000)] * 40)._repr_html_()
    assert page.count("<audio") == 32
    assert "and 8 more" in page


def test_a_sound_of_ones_own_is_saved(tmp_path):
    samples, rate = soundfile.read(Sound(TONE, 8000).save(tmp_path / "own.flac"), dtype="float32")
    np.testing.assert_allclose(samples, TONE, atol=1 / 32768)
    assert rate == 8000


def test_a_slice_of_a_list_plays_too():
    sounds = Sounds(Sound(TONE[:400], 8000, str(number)) for number in range(4))
    assert [sound.name for sound in sounds[1:3]] == ["1", "2"]
    assert sounds[1:3]._repr_html_().count("<audio") == 2
    assert sounds[-1].name == "3"


def test_the_text_of_a_sound_says_what_it_is():
    sound = Sound(TONE, 8000, "organ-0007", "organ", "seed 7", 7)
    assert repr(sound) == "<Sound organ-0007: 0.50 s at 8000 Hz, organ, seed 7>"
    assert sound.seconds == 0.5
