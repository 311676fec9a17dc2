import pytest

from waveloom.preparation.config import Prepare
from waveloom.preparation.lengths import cut_off, cut_off_message


def test_forty_two_recordings_of_five_seconds_lose_four_fifths_of_their_audio():
    cut = cut_off([5.0] * 42, Prepare(rate_hz=16_000, samples=16_000))
    assert cut == (42, pytest.approx(0.8))
    assert cut_off_message(cut, Prepare(rate_hz=16_000, samples=16_000)).startswith(
        "42 recordings are longer than a clip (1 s): 80% of the audio is cut off. prepare.frames: overlap uses all"
    )


def test_only_what_exceeds_a_clip_is_cut_off():
    assert cut_off([0.5, 1.0, 1.5], Prepare(rate_hz=16_000, samples=16_000)) == (1, pytest.approx(0.5 / 3))


@pytest.mark.parametrize("frames", ["overlap", "events"])
def test_nothing_is_cut_off_where_a_recording_gives_several_clips(frames):
    assert cut_off([5.0], Prepare(frames=frames)) == (0, 0.0)


@pytest.mark.parametrize("seconds", [[], [0.1], [1.0]])
def test_nothing_is_cut_off_recordings_that_fit(seconds):
    assert cut_off(seconds, Prepare(rate_hz=16_000, samples=16_000)) == (0, 0.0)
