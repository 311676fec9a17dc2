import numpy as np
import pytest

from waveloom.preparation.frame import crop_or_pad, overlapping_starts


def test_a_short_sound_is_followed_by_silence():
    assert crop_or_pad(np.ones(3, np.float32), 5, fade=2).tolist() == [1, 1, 1, 0, 0]


def test_a_sound_of_the_right_length_is_unchanged():
    assert crop_or_pad(np.ones(5, np.float32), 5, fade=2).tolist() == [1, 1, 1, 1, 1]


def test_a_long_sound_fades_out_where_it_is_cut():
    sound = np.ones(9, np.float32)
    assert crop_or_pad(sound, 5, fade=3).tolist() == [1, 1, 1, 0.5, 0]
    assert sound.tolist() == [1] * 9


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (-2, [0, 0, 1, 2, 3]),
        (1, [2, 3, 4, 5, 6]),
        (4, [5, 6, 0, 0, 0]),
        (-7, [0, 0, 0, 0, 0]),
        (9, [0, 0, 0, 0, 0]),
        (-1, [0, 1, 2, 3, 4]),
    ],
)
def test_a_piece_may_begin_anywhere_and_is_padded_with_silence(start, expected):
    assert crop_or_pad(np.arange(1, 7, dtype=np.float32), 5, start=start).tolist() == expected


def test_a_sound_fades_in_where_its_beginning_is_cut_off():
    assert crop_or_pad(np.ones(9, np.float32), 9, fade=3, start=2).tolist() == [0, 0.5, 1, 1, 1, 1, 1, 0, 0]


def test_overlapping_frames_start_a_hop_apart():
    assert overlapping_starts(10, 2, min_samples=1) == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(("least", "count"), [(1, 5), (2, 5), (3, 4), (4, 4)])
def test_a_last_frame_with_too_few_samples_is_omitted(least, count):
    assert len(overlapping_starts(10, 2, least)) == count


def test_the_first_frame_always_exists():
    assert overlapping_starts(2, 4, min_samples=8) == [0]
