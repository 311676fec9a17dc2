"""Cross-faded windows: levels and onsets are preserved, and no window is requested too early."""

from itertools import count, islice, repeat

import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.representations import spectrogram
from waveloom.representations._crossfade import crossfade, crossfade_pair, mix_preserving_variance, overlaps
from waveloom.representations._level import level_to_magnitude

FRAMES, BINS, RANGE_DB = 64, 128, 80.0
KNOTS = np.full(4, 0.5)
TIME = np.arange(FRAMES)[:, None]


def window(level: float | np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.float32(level), (FRAMES, BINS)).copy()


def test_windows_of_one_level_keep_it():
    frames = np.concatenate(list(islice(crossfade(repeat(window(-0.3)), RANGE_DB, 0), 20)))
    np.testing.assert_allclose(frames, -0.3, atol=1e-6)


def test_every_frame_is_returned_once_and_in_its_place():
    rows = np.concatenate(list(islice(crossfade((window(TIME / 1e4) for _ in count()), RANGE_DB, 3), 20)))
    joins = list(islice(overlaps(FRAMES, 3), 10))
    assert len(rows) == joins[9][1]
    begin = joins[4][1]  # where the fifth overlap ends, its new window continues alone
    np.testing.assert_allclose(rows[begin, 0], (begin - joins[4][0]) / 1e4, atol=1e-7)


@pytest.mark.parametrize("frames", [4, 5, 31])
def test_windows_of_few_or_odd_frames_return_every_frame_once(frames):
    rows = np.concatenate(list(islice(crossfade(repeat(np.full((frames, 8), 0.25, np.float32)), RANGE_DB, 0), 20)))
    assert len(rows) == list(islice(overlaps(frames, 0), 10))[9][1]
    np.testing.assert_allclose(rows, 0.25, atol=1e-6)


def test_clips_of_fewer_than_four_frames_are_refused():
    with pytest.raises(InputError, match=r"3 frames.*smaller hop"):
        next(crossfade(repeat(np.zeros((3, 8), np.float32)), RANGE_DB, 0))


def test_overlaps_are_irregular_and_of_two_windows_only():
    joins = np.array(list(islice(overlaps(FRAMES, 0), 200)))
    apart = np.diff(joins[:, 0])
    assert apart.min() >= FRAMES // 2
    assert len(set(apart)) > 5
    assert (joins[1:, 0] >= joins[:-1, 1]).all()


def test_noise_keeps_its_level_in_the_overlaps():
    draw = np.random.default_rng(0)
    noises = (0.1 * draw.standard_normal(16384).astype(np.float32) for _ in count())
    windows = (spectrogram.encode(spectrogram.Config(), noise[None], 16000)[0] for noise in noises)
    rows = level_to_magnitude(np.concatenate(list(islice(crossfade(windows, RANGE_DB, 0), 80))), 1024, RANGE_DB)
    joins = np.zeros(len(rows), bool)
    for begin, end in islice(overlaps(FRAMES, 0), 40):
        joins[begin + 4 : end - 4] = True
    within, outside = (np.mean(rows[4:-4][chosen] ** 2) for chosen in (joins[4:-4], ~joins[4:-4]))
    assert 10 * np.log10(within / outside) == pytest.approx(0, abs=0.5)


def test_mixing_preserves_the_power_of_noise_where_an_average_loses_a_decibel():
    draw = np.random.default_rng(0)
    noises = [np.log(draw.exponential(size=(4096, 8))) / 40 for _ in range(2)]  # log power
    power = [
        np.exp(40 * mixed).mean() for mixed in (mix_preserving_variance(*noises, np.float32(0.5)), sum(noises) / 2)
    ]
    assert 10 * np.log10(power[0]) == pytest.approx(0, abs=0.5)
    assert 10 * np.log10(power[1]) < -0.9


def test_the_onset_of_a_note_is_not_faded():
    note = window(np.maximum(0.5 - TIME / 32, -1))
    joined = crossfade_pair(note, note, 32, RANGE_DB, KNOTS)
    np.testing.assert_allclose(joined[:8], note[:8], atol=0.01)


def test_the_old_window_is_unchanged_until_a_later_onset_of_the_new_one():
    late_onset = window(np.where(TIME < 12, -1, 0.5))
    joined = crossfade_pair(window(0.2), late_onset, 32, RANGE_DB, KNOTS)
    np.testing.assert_allclose(joined[:10], 0.2, atol=0.01)
    np.testing.assert_allclose(joined[-3:], 0.5, atol=0.01)


def test_stationary_sound_fades_gradually_even_to_a_much_louder_one():
    joined = crossfade_pair(window(-0.8), window(0.2), 32, RANGE_DB, KNOTS)
    np.testing.assert_allclose(joined[[0, -1]], [[-0.8] * BINS, [0.2] * BINS], atol=0.01)
    assert np.diff(joined, axis=0).max() < 0.1


def test_each_frequency_changes_at_its_own_time():
    joined = crossfade_pair(window(-0.5), window(0.5), 32, RANGE_DB, np.array([0.4, 0.6, 0.4, 0.6]))
    assert len(set(np.argmax(joined > 0, axis=0))) > 3


def test_no_window_is_requested_before_it_is_needed():
    requested = []
    frames = crossfade((requested.append(number) or window(0) for number in count()), RANGE_DB, 0)
    for parts in range(1, 9):
        next(frames)
        assert len(requested) <= parts // 2 + 2
