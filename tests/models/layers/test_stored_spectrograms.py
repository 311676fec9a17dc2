from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.models.generators import loom
from waveloom.models.layers.selection import inverse_normal_cdf, normal_cdf, select_among, selecting_number
from waveloom.models.layers.stored_paths import path
from waveloom.models.layers.stored_spectrograms import Config, StoredSpectrograms, interpolation_matrix
from waveloom.models.layers.storing_spectrograms import choose, store
from waveloom.models.layers.warp import MAX_STEPS, STEP, warped_positions
from waveloom.models.layers.warped_distance import audible_frames, nearest_neighbours
from waveloom.models.networks import Inputs
from waveloom.training.batches import EncodedClips, write_encoded

FRAMES, BINS, NOISE, LABELS = 16, 12, 20, 3
SMALL = Config(sounds=24, neighbours=2, knots=(2, 2), pitch=0, speed=0, tilt=0)  # uses 19 numbers of the noise
ALONE = replace(SMALL, sharpness=1e6, offset=0)  # one source at each point
BYTE = 1 / 127.5  # resolution of a byte


def sounds(count: int = 24) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.9, 0.9, (count, FRAMES, BINS)).astype(np.float32)


def filled(config: Config, clips: np.ndarray, names: np.ndarray, labels: int = LABELS) -> StoredSpectrograms:
    layer = StoredSpectrograms(config, (FRAMES, BINS), labels)
    layer.build()
    store(layer, clips, names, np.arange(len(clips)))
    layer.pitch_steps.assign(np.zeros(layer.pitch_steps.shape))  # random clips fit better when warped, by chance
    return layer


def build_loom(noise_length: int = NOISE) -> keras.Model:
    config = loom.Config(SMALL, loom.Refinement(width=8, style=8))
    return loom.build(config, (FRAMES, BINS), Inputs(noise_length, LABELS))


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, NOISE)).astype(np.float32)


def blended(layer: StoredSpectrograms, drawn: np.ndarray, label: int | None = None) -> np.ndarray:
    return layer(*([drawn] if label is None else [drawn, np.full(len(drawn), label)])).numpy()


def test_every_point_of_a_blend_is_taken_from_one_sound_of_the_label():
    clips, names = sounds(), np.arange(24) % LABELS
    result = blended(filled(ALONE, clips, names), noise(100), label=1)
    apart = np.abs(result[:, None] - clips[names == 1]).min(axis=1)  # (100, frames, bins)
    assert (apart < BYTE).mean() > 0.99  # except where two sources have equal weight
    whole = np.abs(result[:, None] - clips[names == 1]).max(axis=(2, 3)).min(axis=1)
    assert (whole > BYTE).mean() > 0.9  # and hardly any is one sound everywhere


def test_each_sound_of_a_label_is_selected_with_equal_probability():
    clips, names = sounds(), np.arange(24) % LABELS
    layer = filled(SMALL, clips, names)
    rows = layer._selected_row(noise(4000)[:, 0], np.full(4000, 1)).numpy()
    chosen, times = np.unique(rows, return_counts=True)
    assert chosen.tolist() == list(range(8, 16))  # the positions of label 1
    assert times == pytest.approx(500, abs=80)


def test_blend_weights_have_sum_one_and_silent_sources_have_none():
    audible = np.ones((5, 3, FRAMES, 1), bool)
    audible[:, 2, :4] = False
    weights = filled(SMALL, sounds(), np.zeros(24, int))._blend_weights(noise(5)[:, 4:19], audible).numpy()
    assert weights.shape == (5, 3, FRAMES, BINS)
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(weights[:, 2, :4], 0, atol=1e-6)


def test_transitions_leave_noise_most_of_its_strength():
    clips = np.random.default_rng(1).normal(0, 0.2, (24, FRAMES, BINS)).astype(np.float32)
    layer = filled(SMALL, clips, np.zeros(24, int), labels=0)
    assert blended(layer, noise(200)).std() > 0.15  # of 0.2; an average of three has 0.12


def test_the_only_sound_of_a_label_is_reproduced():
    clips, names = sounds(5), np.array([0, 0, 0, 0, 2])
    result = blended(filled(SMALL, clips, names), noise(20), label=2)
    np.testing.assert_allclose(result, np.repeat(clips[4:], 20, axis=0), atol=BYTE)


def test_without_labels_any_sound_can_be_selected():
    layer = filled(SMALL, sounds(), np.zeros(24, int), labels=0)
    assert set(layer._selected_row(noise(600)[:, 0], None).numpy()) == set(range(24))


def test_neighbours_are_the_nearest_of_other_groups_and_of_the_own_if_there_are_no_others():
    levels = np.array([-0.5, -0.4, -0.3, 0.9], np.float32)
    clips, groups = np.tile(levels[:, None, None], (1, FRAMES, BINS)), np.array(["a", "a", "b", "c"])
    assert nearest_neighbours(clips, groups, 2)[0].tolist() == [[2, 3], [2, 3], [1, 0], [2, 1]]
    assert nearest_neighbours(clips, np.array(["a"] * 4), 2)[0].tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert nearest_neighbours(clips[:2], groups[:2], 3)[0].tolist() == [[1, 1, 1], [0, 0, 0]]


def partials(first_bin: float, bins: int = 256, frames: int = 8) -> np.ndarray:
    """A harmonic sound (frames, bins), in decibels as the network receives them."""
    positions = np.arange(bins)
    peaks = [np.exp(-0.5 * ((positions - first_bin * n) / 1.5) ** 2) for n in range(1, 7)]
    return np.tile((np.sum(peaks, axis=0) * 1.6 - 0.9).astype(np.float32), (frames, 1))


def test_neighbours_of_another_pitch_are_warped_to_fit():
    clips = np.stack([partials(20), partials(20 * np.exp(0.15)), partials(20 * np.exp(0.7))])
    near, pitch_steps = nearest_neighbours(clips, np.arange(3), 1)
    assert near[:2].tolist() == [[1], [0]]
    assert pitch_steps[0] * STEP == pytest.approx(0.15, abs=0.03)  # values are taken from higher bins
    assert pitch_steps[1] * STEP == pytest.approx(-0.15, abs=0.03)


def test_an_axis_is_warped_by_its_factor_up_to_the_knee_and_keeps_its_ends():
    rows = warped_positions(400)
    assert rows.shape == (2 * MAX_STEPS + 1, 400)
    assert rows[MAX_STEPS].tolist() == list(range(400))
    assert (rows[:, -1] >= 398).all()
    assert (rows[:, 0] == 0).all()
    assert (np.diff(rows, axis=1) >= 0).all()
    assert rows[MAX_STEPS + 8][200] == pytest.approx(200.5 * np.exp(0.1), abs=1)
    assert rows[MAX_STEPS - 8][200] == pytest.approx(200.5 * np.exp(-0.1), abs=1)


def short(frames_each: list[int]) -> np.ndarray:
    """Sounds that become silent after so many frames."""
    clips = sounds(len(frames_each))
    for clip, frames in zip(clips, frames_each, strict=True):
        clip[frames:] = -1
    return clips


def test_audible_frames_end_where_a_sound_becomes_silent():
    assert audible_frames(short([16, 5, 1, 0])).tolist() == [16, 5, 1, 1]


def test_a_blend_becomes_silent_where_the_selected_sound_does_and_has_no_gaps():
    frames_each = np.tile([4, 9, 16], 8)
    layer = filled(SMALL, short(frames_each.tolist()), np.zeros(24, int), labels=0)
    drawn = noise(200)
    own = np.array(layer.lengths)[layer._selected_row(drawn[:, 0], None).numpy()]
    assert set(own) == {4, 9, 16}
    np.testing.assert_array_equal(audible_frames(blended(layer, drawn)), own)
    result = blended(layer, drawn[own == 16])
    assert result.max(axis=2).min() > 0  # silent neighbours have no weight


def test_sources_get_the_length_of_the_first_within_limits():
    layer = filled(SMALL, short(np.tile([10, 12, 16], 8).tolist()), np.zeros(24, int), labels=0)
    own = np.flatnonzero(np.array(layer.lengths) == 12)
    sources = layer._sources(own, np.zeros(len(own), np.float32), np.zeros(len(own), np.float32)).numpy()
    long = audible_frames(sources.reshape(-1, FRAMES, BINS))
    assert set(long) <= {11, 12, 13}  # to a frame; without warping 10, 12 and 16


def bent(spread: dict[str, float], number: int) -> tuple[np.ndarray, np.ndarray]:
    """One harmonic sound selected with a number of the noise at -1 and at 1."""
    layer = StoredSpectrograms(replace(SMALL, **spread), (8, 256), 0)
    layer.build()
    store(layer, partials(20)[None], np.zeros(1, int), np.zeros(1))
    drawn = np.zeros((2, NOISE), np.float32)
    drawn[:, number] = [-1, 1]
    low, high = blended(layer, drawn)
    return low, high


def test_noise_changes_the_pitch():
    low, high = bent({"pitch": 0.1}, 1)
    assert [one[0, :30].argmax() for one in (low, high)] == pytest.approx([20 * np.exp(0.1), 20 * np.exp(-0.1)], abs=1)


def test_noise_changes_the_brightness():
    dull, bright = bent({"tilt": 0.1}, 3)
    lift = (bright - dull)[0]
    assert lift[200] > 0.05
    assert lift[20] < -0.03
    assert lift.max() < 0.11


def test_values_between_knots_are_interpolated_linearly():
    np.testing.assert_allclose(
        interpolation_matrix(3, np.array([0, 0.25, 0.5, 1])), [[1, 0.5, 0, 0], [0, 0.5, 1, 0], [0, 0, 0, 1]]
    )
    np.testing.assert_allclose(interpolation_matrix(1, np.array([0, 0.3, 1])), [[1, 1, 1]])


def test_no_label_stores_more_sounds_than_it_has_positions():
    names = np.repeat([0, 1, 2], [50, 3, 10])
    rows = choose(names, 8, seed=0)
    assert np.bincount(names[rows]).tolist() == [8, 3, 8]
    assert choose(names, 8, seed=0).tolist() == rows.tolist() != choose(names, 8, seed=1).tolist()


def test_before_training_loom_makes_the_blend_with_next_to_no_change(tmp_path):
    clips, names = sounds(), np.arange(24) % LABELS
    write_encoded(tmp_path / "clips", [clips], lambda clips: clips, clips.shape[1:])
    generator = build_loom()
    loom.store_training_sounds(
        generator, EncodedClips(tmp_path / "clips", clips.shape[1:], names), np.arange(24), seed=0
    )
    drawn, label = tf.constant(noise(6)), tf.constant([0, 1, 2, 0, 1, 2])
    result = generator([drawn, label]).numpy()
    expected = generator.get_layer("stored_spectrograms")(drawn, label).numpy()
    np.testing.assert_allclose(result, np.clip(expected, -1, 1), atol=0.01)
    assert np.abs(expected).max() > 0.5


def test_silence_stays_silent_whatever_the_weights_of_loom():
    generator = build_loom()
    store(
        generator.get_layer("stored_spectrograms"), -np.ones((24, FRAMES, BINS)), np.arange(24) % LABELS, np.arange(24)
    )
    for weight in generator.trainable_weights:
        weight.assign(np.random.default_rng(0).standard_normal(weight.shape))
    np.testing.assert_allclose(generator([tf.constant(noise(6)), tf.constant([0, 1, 2] * 2)]), -1, atol=1e-4)


def test_noise_too_short_for_the_knots_is_refused():
    with pytest.raises(InputError, match=r"noise is 12 numbers.*needs 19.*raise noise"):
        build_loom(noise_length=12)


def test_sounds_of_a_label_are_ordered_by_spectral_centroid():
    peaks = np.array([9, 2, 6, 4])
    clips = np.full((4, FRAMES, BINS), -1, np.float32)
    clips[np.arange(4), :, peaks] = 0.8
    layer = filled(ALONE, clips, np.zeros(4, int), labels=0)
    stored = np.array(layer.sounds).view(np.uint8).reshape(-1, FRAMES, BINS)[:4]
    assert stored.sum(axis=1).argmax(axis=1).tolist() == [2, 4, 6, 9]
    chosen = layer._selected_row(np.array([-3.0, -0.4, 0.4, 3.0], np.float32), None).numpy()
    assert chosen.tolist() == [0, 1, 2, 3]


def test_the_normal_distribution_function_and_its_inverse_agree():
    assert [normal_cdf(inverse_normal_cdf(share)) for share in (1e-4, 0.3, 0.5, 0.9999)] == pytest.approx(
        [1e-4, 0.3, 0.5, 0.9999]
    )
    assert normal_cdf(1.96) == pytest.approx(0.975, abs=2e-4)


def test_storing_returns_which_sound_has_which_position():
    clips, names = sounds(), np.arange(24) % LABELS
    layer = StoredSpectrograms(SMALL, (FRAMES, BINS), LABELS)
    layer.build()
    rows = store(layer, clips, names, np.arange(24))
    assert names[rows].tolist() == [0] * 8 + [1] * 8 + [2] * 8
    stored = np.array(layer.sounds).view(np.uint8).reshape(clips.shape)
    np.testing.assert_allclose(stored / 127.5 - 1, clips[rows], atol=BYTE)


def test_selection_among_some_positions_is_in_the_same_proportion_as_among_all():
    layer, drawn, among = filled(SMALL, sounds(), np.arange(24) % LABELS), noise(300), np.array([1, 4, 7])
    moved = np.stack([select_among(row, among, 8) for row in drawn])
    own = layer._selected_row(moved[:, 0], np.full(300, 1)).numpy() - 8
    weights = np.array([normal_cdf(float(row[0])) for row in drawn])
    assert own.tolist() == among[(weights * 3).astype(int)].tolist()
    np.testing.assert_array_equal(np.delete(moved, [0, 4], axis=1), np.delete(drawn, [0, 4], axis=1))
    np.testing.assert_allclose(moved[:, 4], drawn[:, 4] + 3, rtol=1e-6)
    assert moved.dtype == np.float32


def test_a_sound_selected_on_purpose_dominates_the_blend():
    clips, drawn = sounds(), noise(100)
    layer = StoredSpectrograms(replace(ALONE, offset=1.0), (FRAMES, BINS), 0)
    layer.build()
    own = clips[store(layer, clips, np.zeros(24, int), np.arange(24))]
    layer.pitch_steps.assign(np.zeros(layer.pitch_steps.shape))
    selected = np.stack([select_among(row, np.array([5]), 24) for row in drawn])
    without_emphasis = np.concatenate([selected[:, :1], drawn[:, 1:]], axis=1)
    fractions = [(np.abs(blended(layer, given) - own[5]) < BYTE).mean() for given in (without_emphasis, selected)]
    assert fractions[0] < 0.5  # little more than of each of its two neighbours
    assert fractions[1] > 0.8


@pytest.mark.parametrize("count", [1, 60, 1024])
def test_every_position_is_selected_by_its_number(count):
    layer = filled(replace(SMALL, sounds=count), sounds(1).repeat(count, 0), np.zeros(count, int), labels=0)
    numbers = np.array([selecting_number(place, count) for place in range(count)])
    assert layer._selected_row(numbers, None).numpy().tolist() == list(range(count))


@pytest.mark.parametrize("among", [[2], [0, 5], [1, 3, 4, 6]])
def test_a_path_among_some_positions_visits_all_of_them_and_no_other(among):
    layer = filled(SMALL, sounds(), np.arange(24) % LABELS)
    steps = np.stack(list(path(layer, iter(noise(200)), 1, np.array(among))))
    rows = layer._selected_row(steps[:, 0], np.full(200, 1)).numpy() - 8
    assert sorted(set(rows.tolist())) == among
    np.testing.assert_array_equal(steps[0], select_among(noise(1)[0], np.array(among), 8))
    assert len(among) == 1 or (np.diff(rows) != 0).all()


def selected_rows(layer: StoredSpectrograms, count: int, label: int = 0, seed: int = 0) -> np.ndarray:
    """The rows of the sounds that a path selects."""
    steps = np.stack(list(path(layer, iter(noise(count, seed)), label)))
    return layer._selected_row(steps[:, 0], np.full(count, label)).numpy()


def test_a_path_starts_at_the_noise_and_never_repeats_a_sound_at_once():
    layer = filled(SMALL, sounds(), np.arange(24) % LABELS)
    rows = selected_rows(layer, 200, label=1)
    assert rows[0] == layer._selected_row(noise(1)[:, 0], np.ones(1)).numpy()[0]
    assert (np.diff(rows) != 0).all()
    assert set(rows) <= set(range(8, 16))  # the label's own


def test_a_path_keeps_pitch_speed_and_brightness_of_the_first_and_changes_only_the_selection():
    steps = np.stack(list(path(filled(SMALL, sounds(), np.zeros(24, int), 0), iter(noise(5)), 0)))
    np.testing.assert_array_equal(steps[0], noise(5)[0])
    np.testing.assert_array_equal(steps[:, 1:4], np.tile(noise(1)[0, 1:4], (5, 1)))
    np.testing.assert_array_equal(steps[:, 4:], noise(5)[:, 4:])
    assert steps.dtype == np.float32


def test_a_path_goes_to_similar_sounds_and_visits_all():
    drawn = np.sort(np.random.default_rng(0).uniform(-0.9, 0.9, 100))
    levels = np.repeat(drawn, FRAMES * BINS).reshape(100, FRAMES, BINS).astype(np.float32)
    layer = filled(Config(sounds=100, neighbours=1, knots=(2, 2)), levels, np.zeros(100, int), 0)
    rows = selected_rows(layer, 3000)
    stored = np.array(layer.sounds).view(np.uint8)[:, 0].astype(int)
    assert np.abs(np.diff(stored[rows])).mean() < 12  # at random: 77
    assert len(set(rows)) > 90


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_path_over_hardly_any_sounds_is_possible(count):
    layer = StoredSpectrograms(SMALL, (FRAMES, BINS), 0)
    layer.build()
    if count:
        store(layer, sounds(count), np.zeros(count, int), np.arange(count))
    assert len(set(selected_rows(layer, 20))) == max(count, 1)


def test_all_parts_of_a_bin_are_taken_from_the_same_source():
    loud, names = sounds(), np.arange(24) % LABELS
    clips = np.stack([loud, -loud, loud / 2], axis=-1)
    layer = StoredSpectrograms(ALONE, (FRAMES, BINS, 3), LABELS)
    layer.build()
    store(layer, clips, names, np.arange(24))
    result = blended(layer, noise(50), label=1)
    assert result.shape == (50, FRAMES, BINS, 3)
    mismatch = np.abs(result[..., 0] + result[..., 1]) + np.abs(result[..., 0] / 2 - result[..., 2])
    assert (mismatch < 3 * BYTE).mean() > 0.99  # except where two sources have equal weight


def test_a_tilt_changes_brightness_and_not_the_other_parts():
    clips = np.stack([sounds(), np.full((24, FRAMES, BINS), 0.5, np.float32)], axis=-1)
    layer = StoredSpectrograms(replace(ALONE, tilt=0.1), (FRAMES, BINS, 2), 0)
    layer.build()
    store(layer, clips, np.zeros(24, int), np.arange(24))
    drawn = noise(20)
    drawn[:, 3] = 3
    np.testing.assert_allclose(blended(layer, drawn)[..., 1], 0.5, atol=BYTE)
