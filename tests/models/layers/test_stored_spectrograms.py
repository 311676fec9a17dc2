from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.models.generators import loom, residual
from waveloom.models.layers.selection import at_share, below, call_to_mind, calling
from waveloom.models.layers.stored_paths import walk
from waveloom.models.layers.stored_spectrograms import Config, Memory, between
from waveloom.models.layers.storing import choose, remember
from waveloom.models.layers.warp import MOST, STEP, places
from waveloom.models.layers.warped_distance import kin, lengths
from waveloom.training.batches import EncodedClips, write_encoded

FRAMES, BINS, NOISE, LABELS = 16, 12, 20, 3
SMALL = Config(sounds=24, neighbours=2, knots=(2, 2), height=0, pace=0, tilt=0)  # takes 19 numbers of the noise
ALONE = replace(SMALL, sharpness=1e6, whole=0)  # one thread at each place
BYTE = 1 / 127.5  # what a byte tells apart


def sounds(count: int = 24) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.9, 0.9, (count, FRAMES, BINS)).astype(np.float32)


def filled(config: Config, clips: np.ndarray, names: np.ndarray, labels: int = LABELS) -> Memory:
    memory = Memory(config, (FRAMES, BINS), labels)
    memory.build()
    remember(memory, clips, names, np.arange(len(clips)))
    memory.heights.assign(np.zeros(memory.heights.shape))  # clips of chance fit better bent, by chance
    return memory


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, NOISE)).astype(np.float32)


def woven(memory: Memory, drawn: np.ndarray, label: int | None = None) -> np.ndarray:
    return memory(*([drawn] if label is None else [drawn, np.full(len(drawn), label)])).numpy()


def test_every_place_of_a_woven_sound_is_taken_from_one_of_the_label():
    clips, names = sounds(), np.arange(24) % LABELS
    made = woven(filled(ALONE, clips, names), noise(100), label=1)
    apart = np.abs(made[:, None] - clips[names == 1]).min(axis=1)  # (100, frames, bins)
    assert (apart < BYTE).mean() > 0.99  # but where two threads are level
    whole = np.abs(made[:, None] - clips[names == 1]).max(axis=(2, 3)).min(axis=1)
    assert (whole > BYTE).mean() > 0.9  # and hardly any is one sound throughout


def test_each_sound_of_a_label_is_as_likely_to_be_woven_with():
    clips, names = sounds(), np.arange(24) % LABELS
    memory = filled(SMALL, clips, names)
    rows = memory._own(noise(4000)[:, 0], np.full(4000, 1)).numpy()
    chosen, times = np.unique(rows, return_counts=True)
    assert chosen.tolist() == list(range(8, 16))  # the places of label 1
    assert times == pytest.approx(500, abs=80)


def test_threads_cover_the_cloth_without_gap_or_excess():
    heard = np.ones((5, 3, FRAMES, 1), bool)
    heard[:, 2, :4] = False
    shares = filled(SMALL, sounds(), np.zeros(24, int))._shares(noise(5)[:, 4:19], heard).numpy()
    assert shares.shape == (5, 3, FRAMES, BINS)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(shares[:, 2, :4], 0, atol=1e-6)


def test_seams_leave_noise_most_of_its_strength():
    clips = np.random.default_rng(1).normal(0, 0.2, (24, FRAMES, BINS)).astype(np.float32)
    memory = filled(SMALL, clips, np.zeros(24, int), labels=0)
    assert woven(memory, noise(200)).std() > 0.15  # of 0.2; an average of three has 0.12


def test_a_sound_alone_under_its_label_is_all_there_is():
    clips, names = sounds(5), np.array([0, 0, 0, 0, 2])
    made = woven(filled(SMALL, clips, names), noise(20), label=2)
    np.testing.assert_allclose(made, np.repeat(clips[4:], 20, axis=0), atol=BYTE)


def test_without_labels_any_sound_is_called_to_mind():
    memory = filled(SMALL, sounds(), np.zeros(24, int), labels=0)
    assert set(memory._own(noise(600)[:, 0], None).numpy()) == set(range(24))


def test_kin_are_the_nearest_of_other_groups_and_of_the_own_where_there_are_no_others():
    levels = np.array([-0.5, -0.4, -0.3, 0.9], np.float32)
    clips, groups = np.tile(levels[:, None, None], (1, FRAMES, BINS)), np.array(["a", "a", "b", "c"])
    assert kin(clips, groups, 2)[0].tolist() == [[2, 3], [2, 3], [1, 0], [2, 1]]
    assert kin(clips, np.array(["a"] * 4), 2)[0].tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert kin(clips[:2], groups[:2], 3)[0].tolist() == [[1, 1, 1], [0, 0, 0]]


def partials(first_bin: float, bins: int = 256, frames: int = 8) -> np.ndarray:
    """A harmonic sound (frames, bins), in decibels as the network sees them."""
    places = np.arange(bins)
    peaks = [np.exp(-0.5 * ((places - first_bin * n) / 1.5) ** 2) for n in range(1, 7)]
    return np.tile((np.sum(peaks, axis=0) * 1.6 - 0.9).astype(np.float32), (frames, 1))


def test_kin_of_another_height_are_bent_to_fit():
    clips = np.stack([partials(20), partials(20 * np.exp(0.15)), partials(20 * np.exp(0.7))])
    near, heights = kin(clips, np.arange(3), 1)
    assert near[:2].tolist() == [[1], [0]]
    assert heights[0] * STEP == pytest.approx(0.15, abs=0.03)  # values are taken from further up
    assert heights[1] * STEP == pytest.approx(-0.15, abs=0.03)


def test_an_axis_is_bent_by_its_factor_up_to_the_knee_and_keeps_its_ends():
    rows = places(400)
    assert rows.shape == (2 * MOST + 1, 400)
    assert rows[MOST].tolist() == list(range(400))
    assert (rows[:, -1] >= 398).all()
    assert (rows[:, 0] == 0).all()
    assert (np.diff(rows, axis=1) >= 0).all()
    assert rows[MOST + 8][200] == pytest.approx(200.5 * np.exp(0.1), abs=1)
    assert rows[MOST - 8][200] == pytest.approx(200.5 * np.exp(-0.1), abs=1)


def short(lasting: list[int]) -> np.ndarray:
    """Sounds that fall silent after so many frames."""
    clips = sounds(len(lasting))
    for clip, frames in zip(clips, lasting, strict=True):
        clip[frames:] = -1
    return clips


def test_a_sound_is_as_long_as_until_it_falls_silent():
    assert lengths(short([16, 5, 1, 0])).tolist() == [16, 5, 1, 1]


def test_a_woven_sound_falls_silent_where_the_sound_it_is_woven_of_does_and_has_no_holes():
    lasting = np.tile([4, 9, 16], 8)
    memory = filled(SMALL, short(lasting.tolist()), np.zeros(24, int), labels=0)
    drawn = noise(200)
    own = np.array(memory.lengths)[memory._own(drawn[:, 0], None).numpy()]
    assert set(own) == {4, 9, 16}
    np.testing.assert_array_equal(lengths(woven(memory, drawn)), own)
    made = woven(memory, drawn[own == 16])
    assert made.max(axis=2).min() > 0  # neighbours that have fallen silent give way


def test_threads_are_as_long_as_the_first_within_bounds():
    memory = filled(SMALL, short(np.tile([10, 12, 16], 8).tolist()), np.zeros(24, int), labels=0)
    own = np.flatnonzero(np.array(memory.lengths) == 12)
    threads = memory._threads(own, np.zeros(len(own), np.float32), np.zeros(len(own), np.float32)).numpy()
    long = lengths(threads.reshape(-1, FRAMES, BINS))
    assert set(long) <= {11, 12, 13}  # to a frame; without bending 10, 12 and 16


def bent(spread: dict[str, float], number: int) -> tuple[np.ndarray, np.ndarray]:
    """One harmonic sound as it is called to mind with a number of the noise at -1 and at 1."""
    memory = Memory(replace(SMALL, **spread), (8, 256), 0)
    memory.build()
    remember(memory, partials(20)[None], np.zeros(1, int), np.zeros(1))
    drawn = np.zeros((2, NOISE), np.float32)
    drawn[:, number] = [-1, 1]
    low, high = woven(memory, drawn)
    return low, high


def test_noise_makes_a_sound_higher_or_lower():
    low, high = bent({"height": 0.1}, 1)
    assert [one[0, :30].argmax() for one in (low, high)] == pytest.approx([20 * np.exp(0.1), 20 * np.exp(-0.1)], abs=1)


def test_noise_makes_a_sound_brighter_or_duller():
    dull, bright = bent({"tilt": 0.1}, 3)
    lift = (bright - dull)[0]
    assert lift[200] > 0.05
    assert lift[20] < -0.03
    assert lift.max() < 0.11


def test_between_knots_lines_are_drawn():
    np.testing.assert_allclose(between(3, np.array([0, 0.25, 0.5, 1])), [[1, 0.5, 0, 0], [0, 0.5, 1, 0], [0, 0, 0, 1]])
    np.testing.assert_allclose(between(1, np.array([0, 0.3, 1])), [[1, 1, 1]])


def test_no_label_takes_more_places_than_it_has():
    names = np.repeat([0, 1, 2], [50, 3, 10])
    rows = choose(names, 8, seed=0)
    assert np.bincount(names[rows]).tolist() == [8, 3, 8]
    assert choose(names, 8, seed=0).tolist() == rows.tolist() != choose(names, 8, seed=1).tolist()


def test_before_it_has_learned_the_generator_of_loom_makes_what_is_woven_but_for_a_trace(tmp_path):
    known, names = sounds(), np.arange(24) % LABELS
    write_encoded(tmp_path / "clips", [known], lambda clips: clips, known.shape[1:])
    convolutions = residual.Config(width=8, spectra=8, style=8)
    nets = loom.build(loom.Config(SMALL, convolutions), (FRAMES, BINS), NOISE, LABELS)
    loom.remember(nets.generator, EncodedClips(tmp_path / "clips", known.shape[1:], names), np.arange(24), seed=0)
    drawn, asked = tf.constant(noise(6)), tf.constant([0, 1, 2, 0, 1, 2])
    made = nets.generator([drawn, asked]).numpy()
    expected = nets.generator.get_layer("memory")(drawn, asked).numpy()
    np.testing.assert_allclose(made, np.clip(expected, -1, 1), atol=0.01)
    assert np.abs(expected).max() > 0.5


def test_what_is_silent_stays_silent_whatever_loom_has_learned():
    nets = loom.build(loom.Config(SMALL, residual.Config(width=8, style=8)), (FRAMES, BINS), NOISE, LABELS)
    remember(nets.generator.get_layer("memory"), -np.ones((24, FRAMES, BINS)), np.arange(24) % LABELS, np.arange(24))
    for weight in nets.generator.trainable_weights:
        weight.assign(np.random.default_rng(0).standard_normal(weight.shape))
    np.testing.assert_allclose(nets.generator([tf.constant(noise(6)), tf.constant([0, 1, 2] * 2)]), -1, atol=1e-4)


def test_noise_too_short_for_the_knots_is_refused():
    with pytest.raises(InputError, match=r"noise is 12 numbers.*takes 19.*raise noise"):
        loom.build(loom.Config(SMALL), (FRAMES, BINS), 12, LABELS)


def test_sounds_of_a_label_lie_from_the_darkest_to_the_brightest():
    peaks = np.array([9, 2, 6, 4])
    clips = np.full((4, FRAMES, BINS), -1, np.float32)
    clips[np.arange(4), :, peaks] = 0.8
    memory = filled(ALONE, clips, np.zeros(4, int), labels=0)
    held = np.array(memory.sounds).view(np.uint8).reshape(-1, FRAMES, BINS)[:4]
    assert held.sum(axis=1).argmax(axis=1).tolist() == [2, 4, 6, 9]
    chosen = memory._own(np.array([-3.0, -0.4, 0.4, 3.0], np.float32), None).numpy()
    assert chosen.tolist() == [0, 1, 2, 3]


def test_a_place_is_found_again_by_the_number_that_calls_it():
    assert [below(at_share(share)) for share in (1e-4, 0.3, 0.5, 0.9999)] == pytest.approx([1e-4, 0.3, 0.5, 0.9999])
    assert below(1.96) == pytest.approx(0.975, abs=2e-4)


def test_it_is_told_which_sound_lies_at_which_place():
    clips, names = sounds(), np.arange(24) % LABELS
    memory = Memory(SMALL, (FRAMES, BINS), LABELS)
    memory.build()
    rows = remember(memory, clips, names, np.arange(24))
    assert names[rows].tolist() == [0] * 8 + [1] * 8 + [2] * 8
    held = np.array(memory.sounds).view(np.uint8).reshape(clips.shape)
    np.testing.assert_allclose(held / 127.5 - 1, clips[rows], atol=BYTE)


def test_noise_that_is_to_call_one_of_some_places_chooses_of_them_as_it_did_of_all():
    memory, drawn, among = filled(SMALL, sounds(), np.arange(24) % LABELS), noise(300), np.array([1, 4, 7])
    moved = np.stack([call_to_mind(row, among, 8) for row in drawn])
    own = memory._own(moved[:, 0], np.full(300, 1)).numpy() - 8
    shares = np.array([below(float(row[0])) for row in drawn])
    assert own.tolist() == among[(shares * 3).astype(int)].tolist()
    np.testing.assert_array_equal(np.delete(moved, [0, 4], axis=1), np.delete(drawn, [0, 4], axis=1))
    np.testing.assert_allclose(moved[:, 4], drawn[:, 4] + 3, rtol=1e-6)
    assert moved.dtype == np.float32


def test_of_a_sound_that_was_asked_for_most_is_seen():
    clips, drawn = sounds(), noise(100)
    memory = Memory(replace(ALONE, whole=1.0), (FRAMES, BINS), 0)
    memory.build()
    own = clips[remember(memory, clips, np.zeros(24, int), np.arange(24))]
    memory.heights.assign(np.zeros(memory.heights.shape))
    asked = np.stack([call_to_mind(row, np.array([5]), 24) for row in drawn])
    unraised = np.concatenate([asked[:, :1], drawn[:, 1:]], axis=1)
    seen = [(np.abs(woven(memory, given) - own[5]) < BYTE).mean() for given in (unraised, asked)]
    assert seen[0] < 0.5  # little more than of each of its two kin
    assert seen[1] > 0.8


@pytest.mark.parametrize("count", [1, 60, 1024])
def test_every_place_of_a_memory_is_called_by_its_number(count):
    memory = filled(replace(SMALL, sounds=count), sounds(1).repeat(count, 0), np.zeros(count, int), labels=0)
    numbers = np.array([calling(place, count) for place in range(count)])
    assert memory._own(numbers, None).numpy().tolist() == list(range(count))


@pytest.mark.parametrize("among", [[2], [0, 5], [1, 3, 4, 6]])
def test_a_walk_among_some_places_comes_to_all_of_them_and_to_no_other(among):
    memory = filled(SMALL, sounds(), np.arange(24) % LABELS)
    steps = np.stack(list(walk(memory, iter(noise(200)), 1, np.array(among))))
    rows = memory._own(steps[:, 0], np.full(200, 1)).numpy() - 8
    assert sorted(set(rows.tolist())) == among
    np.testing.assert_array_equal(steps[0], call_to_mind(noise(1)[0], np.array(among), 8))
    assert len(among) == 1 or (np.diff(rows) != 0).all()


def walked(memory: Memory, count: int, label: int = 0, seed: int = 0) -> np.ndarray:
    """The sounds that a walk chooses, by their rows."""
    steps = np.stack(list(walk(memory, iter(noise(count, seed)), label)))
    return memory._own(steps[:, 0], np.full(count, label)).numpy()


def test_a_walk_sets_out_from_the_noise_and_never_stays():
    memory = filled(SMALL, sounds(), np.arange(24) % LABELS)
    rows = walked(memory, 200, label=1)
    assert rows[0] == memory._own(noise(1)[:, 0], np.ones(1)).numpy()[0]
    assert (np.diff(rows) != 0).all()
    assert set(rows) <= set(range(8, 16))  # the label's own


def test_a_walk_keeps_how_high_fast_and_bright_the_first_is_and_changes_of_the_rest_the_choice_alone():
    steps = np.stack(list(walk(filled(SMALL, sounds(), np.zeros(24, int), 0), iter(noise(5)), 0)))
    np.testing.assert_array_equal(steps[0], noise(5)[0])
    np.testing.assert_array_equal(steps[:, 1:4], np.tile(noise(1)[0, 1:4], (5, 1)))
    np.testing.assert_array_equal(steps[:, 4:], noise(5)[:, 4:])
    assert steps.dtype == np.float32


def test_a_walk_goes_to_sounds_that_are_alike_and_comes_to_all():
    drawn = np.sort(np.random.default_rng(0).uniform(-0.9, 0.9, 100))
    levels = np.repeat(drawn, FRAMES * BINS).reshape(100, FRAMES, BINS).astype(np.float32)
    memory = filled(Config(sounds=100, neighbours=1, knots=(2, 2)), levels, np.zeros(100, int), 0)
    rows = walked(memory, 3000)
    held = np.array(memory.sounds).view(np.uint8)[:, 0].astype(int)
    assert np.abs(np.diff(held[rows])).mean() < 12  # at random: 77
    assert len(set(rows)) > 90


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_memory_of_hardly_any_sounds_can_be_walked(count):
    memory = Memory(SMALL, (FRAMES, BINS), 0)
    memory.build()
    if count:
        remember(memory, sounds(count), np.zeros(count, int), np.arange(count))
    assert len(set(walked(memory, 20))) == max(count, 1)


def test_all_parts_of_a_bin_are_taken_from_the_thread_that_its_loudness_is_taken_from():
    loud, names = sounds(), np.arange(24) % LABELS
    clips = np.stack([loud, -loud, loud / 2], axis=-1)
    memory = Memory(ALONE, (FRAMES, BINS, 3), LABELS)
    memory.build()
    remember(memory, clips, names, np.arange(24))
    made = woven(memory, noise(50), label=1)
    assert made.shape == (50, FRAMES, BINS, 3)
    torn = np.abs(made[..., 0] + made[..., 1]) + np.abs(made[..., 0] / 2 - made[..., 2])
    assert (torn < 3 * BYTE).mean() > 0.99  # but where two threads are level


def test_a_tilt_makes_a_sound_brighter_and_leaves_where_it_stands():
    clips = np.stack([sounds(), np.full((24, FRAMES, BINS), 0.5, np.float32)], axis=-1)
    memory = Memory(replace(ALONE, tilt=0.1), (FRAMES, BINS, 2), 0)
    memory.build()
    remember(memory, clips, np.zeros(24, int), np.arange(24))
    drawn = noise(20)
    drawn[:, 3] = 3
    np.testing.assert_allclose(woven(memory, drawn)[..., 1], 0.5, atol=BYTE)
