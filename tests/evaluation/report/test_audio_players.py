import base64
import io

import numpy as np
import pytest
import soundfile

from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.report import audio_players


def sounds(labels: list[str]) -> Sounds:
    clips = np.random.default_rng(0).uniform(-0.5, 0.5, (len(labels), 2048)).astype(np.float32)
    return Sounds(clips, 8000, np.zeros((len(labels), 1), np.float32), np.array(labels))


def test_the_audio_equals_the_clip_to_sixteen_bits():
    clip = sounds(["a"]).clips[0]
    decoded, rate = soundfile.read(io.BytesIO(audio_players.flac(clip, 8000)))
    assert rate == 8000
    assert decoded == pytest.approx(clip, abs=2**-15)


def test_pictures_are_reproducible_and_of_bounded_size():
    long = np.random.default_rng(0).uniform(-1, 1, 500_000).astype(np.float32)
    assert audio_players.picture(long) == audio_players.picture(long)
    width, height = np.frombuffer(audio_players.picture(long)[16:24], ">u4")
    assert (width <= 256, height <= 128) == (True, True)


def test_generated_sounds_are_in_order_each_beside_a_real_one_of_its_label():
    made, real = sounds(["a", "b", "a", "b"]), sounds(["b", "b", "a", "a", "a"])
    shown = audio_players.comparison_rows(made, made, real, 5, 3)
    titles = [(row.generated.title, row.real.title) for row in shown]
    assert titles == [
        ("a generated, seed 5", "a recorded"),
        ("b generated, seed 6", "b recorded"),
        ("a generated, seed 7", "a recorded"),
    ]
    assert shown[0].real.audio != shown[2].real.audio


def test_a_label_without_a_real_sound_is_shown_beside_another():
    assert (
        audio_players.comparison_rows(sounds(["lost"]), sounds(["b"]), sounds(["b"]), 0, 1)[0].real.title
        == "b recorded"
    )


def test_a_quiet_delayed_copy_is_shown_beside_its_training_sound():
    time = np.arange(8192) / 8000
    bursts = np.exp(-time * [[4], [15], [40]]) * np.sin(2 * np.pi * np.array([[200], [900], [2500]]) * time)
    train = Sounds(bursts.astype(np.float32), 8000, np.zeros((3, 1)), np.array(["x", "y", "z"]))
    late = 0.3 * np.pad(bursts[[2, 0], :-1024], ((0, 0), (1024, 0))).astype(np.float32)
    made = Sounds(late, 8000, np.zeros((2, 1)), np.array(["", ""]))
    shown = audio_players.comparison_rows(made, train, train, 0, 2)
    assert [row.nearest.title[0] for row in shown] == ["z", "x"]
    assert shown[0].nearest.audio == audio_players.comparison_rows(train, train, train, 0, 3)[2].generated.audio


def test_a_page_that_would_be_too_large_has_fewer_rows(monkeypatch):
    monkeypatch.setattr(audio_players, "AUDIO_BUDGET", 20_000)
    made = sounds(["a"] * 10)
    shown = audio_players.comparison_rows(made, made, made, 0, 10)
    assert 0 < len(shown) < 10
    assert sum(len(player.audio) for row in shown for player in row) <= 20_000


def test_sounds_are_data_uris():
    player = audio_players.comparison_rows(sounds([""]), sounds([""]), sounds([""]), 0, 1)[0].generated
    kind, content = player.audio.split(",")
    assert kind == "data:audio/flac;base64"
    assert base64.b64decode(content)[:4] == b"fLaC"
    assert player.title == "generated, seed 0"


def test_at_least_one_row_is_shown_even_above_the_budget(monkeypatch):
    monkeypatch.setattr(audio_players, "AUDIO_BUDGET", 1)
    made = sounds(["a"] * 3)
    assert len(audio_players.comparison_rows(made, made, made, 0, 3)) == 1
