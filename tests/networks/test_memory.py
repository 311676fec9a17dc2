import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.errors import InputError
from waveloom.networks import loom, residual
from waveloom.networks._memory import Config, Memory, choose, remember
from waveloom.training.batches import Encoded, encode_aside

FRAMES, BINS, NOISE, LABELS = 16, 12, 6, 3
SMALL = Config(sounds=24, components=23, spectra=12, neighbours=2)  # as many numbers as 24 sounds need


def sounds(count: int = 24) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.9, 0.9, (count, FRAMES, BINS)).astype(np.float32)


def filled(config: Config, clips: np.ndarray, names: np.ndarray, labels: int = LABELS) -> Memory:
    keras.utils.set_random_seed(0)
    memory = Memory(config, (FRAMES, BINS), labels)
    memory.build()
    remember(memory, clips, names)
    return memory


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, NOISE)).astype(np.float32)


def woven(memory: Memory, drawn: np.ndarray, label: int | None = None) -> np.ndarray:
    return memory(*([drawn] if label is None else [drawn, np.full(len(drawn), label)])).numpy()


def apart(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The largest difference of each of some from each of others, (n, m)."""
    return np.abs(some[:, None] - others[None]).max(axis=(2, 3))


def test_without_reach_what_was_heard_under_a_label_comes_back_each_sound_as_often():
    clips, names = sounds(), np.arange(24) % LABELS
    made = woven(filled(Config(24, 23, 12, 2, reach=0), clips, names), noise(4000), label=1)
    nearest = apart(made, clips).argmin(axis=1)
    assert apart(made, clips).min(axis=1).max() < 1e-4
    assert set(nearest) == set(np.flatnonzero(names == 1))
    assert np.bincount(nearest, minlength=24)[names == 1] == pytest.approx(500, abs=80)  # of 4000, eight ways


def test_between_two_sounds_new_ones_lie_on_the_line_through_them():
    clips = sounds(2)
    made = woven(filled(Config(24, 23, 12, 2, reach=0.5), clips, np.zeros(2, int)), noise(50), label=0)
    line = (clips[1] - clips[0]).ravel()
    along = (made - clips[0]).reshape(50, -1) @ line / (line @ line)
    np.testing.assert_allclose(made, clips[0] + along[:, None, None] * (clips[1] - clips[0]), atol=1e-4)
    assert len(set(along.round(4))) == 50


def test_a_sound_alone_under_its_label_is_all_there_is():
    clips, names = sounds(5), np.array([0, 0, 0, 0, 2])
    made = woven(filled(SMALL, clips, names), noise(20), label=2)
    np.testing.assert_allclose(made, np.repeat(clips[4:], 20, axis=0), atol=1e-4)


def test_without_labels_any_sound_is_called_to_mind():
    clips = sounds()
    made = woven(filled(Config(24, 23, 12, 2, reach=0), clips, np.zeros(24, int), labels=0), noise(600))
    assert set(apart(made, clips).argmin(axis=1)) == set(range(24))


def test_with_fewer_numbers_than_sounds_the_nearest_possible_is_remembered():
    clips = sounds()
    memory = filled(Config(24, 5, 12, 2, reach=0), clips, np.zeros(24, int), labels=0)
    rows = clips.reshape(24, -1) - clips.mean(axis=0).ravel()
    left = (np.linalg.svd(rows, compute_uv=False)[5:] ** 2).sum()  # no five directions leave less
    made = memory.sound(memory.codes[:24]).numpy().reshape(24, -1)
    assert ((made - clips.reshape(24, -1)) ** 2).sum() == pytest.approx(left, rel=1e-3)


def test_the_same_sounds_are_remembered_to_the_bit():
    one, other = (filled(SMALL, sounds(), np.arange(24) % LABELS) for _ in range(2))
    for mine, yours in zip(one.weights, other.weights, strict=True):
        np.testing.assert_array_equal(mine, yours)


def test_no_label_takes_more_places_than_it_has():
    names = np.repeat([0, 1, 2], [50, 3, 10])
    rows = choose(names, 8, seed=0)
    assert np.bincount(names[rows]).tolist() == [8, 3, 8]
    assert choose(names, 8, seed=0).tolist() == rows.tolist() != choose(names, 8, seed=1).tolist()


def test_before_it_has_learned_the_generator_of_loom_makes_what_is_woven(tmp_path):
    known, names = sounds(), np.arange(24) % LABELS
    encode_aside(tmp_path / "clips", [known], lambda clips: clips, known.shape[1:])
    convolutions = residual.Config(width=8, spectra=8, style=8)
    nets = loom.build(loom.Config(SMALL, convolutions), (FRAMES, BINS), NOISE, LABELS)
    loom.remember(nets.generator, Encoded(tmp_path / "clips", known.shape[1:], names), seed=0)
    drawn, asked = tf.constant(noise(6)), tf.constant([0, 1, 2, 0, 1, 2])
    made = nets.generator([drawn, asked]).numpy()
    expected = nets.generator.get_layer("memory")(drawn, asked).numpy()
    np.testing.assert_array_equal(made, np.clip(expected, -1, 1))
    assert np.abs(expected).max() > 0.5


def test_noise_too_short_for_the_neighbours_is_refused():
    with pytest.raises(InputError, match=r"noise is 2 numbers.*neighbours 2.*Raise noise"):
        loom.build(loom.Config(SMALL), (FRAMES, BINS), 2, LABELS)
