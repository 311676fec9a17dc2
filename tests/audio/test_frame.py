import numpy as np
import pytest

from tests.sounds import silence, tone
from waveloom.audio.frame import crop_or_pad, overlapping


def test_a_short_sound_is_followed_by_silence():
    assert crop_or_pad(np.ones(3, np.float32), 5, fade=2).tolist() == [1, 1, 1, 0, 0]


def test_a_sound_of_the_right_length_is_left_alone():
    assert crop_or_pad(np.ones(5, np.float32), 5, fade=2).tolist() == [1, 1, 1, 1, 1]


def test_a_long_sound_fades_to_nothing_where_it_is_cut():
    sound = np.ones(9, np.float32)
    assert crop_or_pad(sound, 5, fade=3).tolist() == [1, 1, 1, 0.5, 0]
    assert sound.tolist() == [1] * 9


def test_overlapping_frames_start_a_hop_apart():
    frames = overlapping(np.arange(10, dtype=np.float32), 4, 2, least=1)
    assert frames[:, 0].tolist() == [0, 2, 4, 6, 8]
    assert frames[-1].tolist() == [8, 9, 0, 0]


@pytest.mark.parametrize(("least", "count"), [(1, 5), (2, 5), (3, 4), (4, 4)])
def test_a_tail_with_too_little_in_it_is_left_out(least, count):
    assert len(overlapping(np.ones(10, np.float32), 4, 2, least)) == count


def test_the_first_frame_always_exists():
    assert overlapping(np.ones(2, np.float32), 8, 4, least=8).shape == (1, 8)


def test_frames_keep_type_and_sound():
    frames = overlapping(tone(440, 1.0), 4000, 4000, least=4000)
    assert frames.dtype == np.float32
    np.testing.assert_array_equal(frames.ravel(), tone(440, 1.0))
    assert not overlapping(silence(0.5), 4000, 4000, least=1).any()
