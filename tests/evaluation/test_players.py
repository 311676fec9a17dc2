import base64
import io

import numpy as np
import pytest
import soundfile

from waveloom.evaluation import players
from waveloom.evaluation.metrics import Sounds


def sounds(labels: list[str]) -> Sounds:
    clips = np.random.default_rng(0).uniform(-0.5, 0.5, (len(labels), 2048)).astype(np.float32)
    return Sounds(clips, 8000, np.zeros((len(labels), 1), np.float32), np.array(labels))


def test_what_is_heard_is_the_clip_to_sixteen_bits():
    clip = sounds(["a"]).clips[0]
    heard, rate = soundfile.read(io.BytesIO(players.flac(clip, 8000)))
    assert rate == 8000
    assert heard == pytest.approx(clip, abs=2**-15)


def test_pictures_have_the_same_bytes_each_time_and_a_bounded_size():
    long = np.random.default_rng(0).uniform(-1, 1, 500_000).astype(np.float32)
    assert players.picture(long) == players.picture(long)
    width, height = np.frombuffer(players.picture(long)[16:24], ">u4")
    assert (width <= 256, height <= 128) == (True, True)


def test_generated_sounds_come_in_order_each_beside_a_real_one_of_its_label():
    shown = players.pairs(sounds(["a", "b", "a", "b"]), sounds(["b", "b", "a", "a", "a"]), 5, 3)
    titles = [(made.title, real.title) for made, real in shown]
    assert titles == [
        ("a generated, seed 5", "a recorded"),
        ("b generated, seed 6", "b recorded"),
        ("a generated, seed 7", "a recorded"),
    ]
    assert shown[0][1].audio != shown[2][1].audio


def test_a_label_without_a_real_sound_is_shown_beside_another():
    assert players.pairs(sounds(["lost"]), sounds(["b"]), 0, 1)[0][1].title == "b recorded"


def test_a_page_that_would_be_too_heavy_holds_fewer(monkeypatch):
    monkeypatch.setattr(players, "AUDIO_BUDGET", 20_000)
    made = sounds(["a"] * 10)
    shown = players.pairs(made, made, 0, 10)
    assert 0 < len(shown) < 10
    assert sum(len(player.audio) for pair in shown for player in pair) <= 20_000


def test_sounds_travel_as_data():
    player = players.pairs(sounds([""]), sounds([""]), 0, 1)[0][0]
    kind, content = player.audio.split(",")
    assert kind == "data:audio/flac;base64"
    assert base64.b64decode(content)[:4] == b"fLaC"
    assert player.title == "generated, seed 0"
