from functools import partial

import numpy as np
import pytest
import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.models.recipe import Augment, parts, resolve
from waveloom.representations import spectrogram, waveform
from waveloom.training.augment import augmentation, cut_out, shift

SEED, KINDS = tf.constant([3, 4]), ("shift", "gain", "cutout")
SAMPLES, RATE, N = 1024, 8000, 64
OPTIONS = {"spectrogram": {"n_fft": 128, "hop": 32}}
SHAPES = {"waveform": (1024,), "spectrogram": (32, 64)}


def augment_of(name, config):
    tree = {
        "representation": name,
        "generator": "dense",
        "discriminator": "dense",
        "objective": "bce",
        "options": {"representations": OPTIONS},
    }
    chosen = parts(resolve(tree, {}))
    return augmentation(config, chosen, SHAPES[name], SAMPLES, RATE)


def clips(name, seed=0):
    return tf.tanh(tf.random.stateless_normal((N, *SHAPES[name]), (0, seed)))


def click(at, count=1):
    found = np.zeros((count, 16), np.float32)
    found[:, at] = 1
    return tf.constant(found)


@pytest.mark.parametrize("offset", [-5, 0, 3])
def test_a_shift_moves_a_click_by_exactly_as_many_samples(offset):
    shifted = shift(click(6), tf.constant([offset]), tf.zeros(16))
    np.testing.assert_array_equal(shifted, click(6 + offset))


def test_each_clip_is_shifted_by_its_own_number_of_steps():
    shifted = shift(click(6, 3), tf.constant([-2, 0, 4]), tf.zeros(16))
    assert np.argmax(shifted, axis=1).tolist() == [4, 6, 10]


def test_what_is_shifted_out_is_lost_or_wraps_around():
    assert float(tf.reduce_sum(shift(click(14), tf.constant([4]), tf.zeros(16)))) == 0
    np.testing.assert_array_equal(shift(click(14), tf.constant([4]), None), click(2))


def test_frames_are_shifted_with_all_their_bins_and_channels():
    picture = tf.reshape(tf.range(4 * 3 * 2, dtype=tf.float32), (1, 4, 3, 2))
    shifted = shift(picture, tf.constant([1]), -tf.ones((4, 3, 2)))
    np.testing.assert_array_equal(shifted[:, 1:], picture[:, :-1])
    assert np.all(shifted[:, 0] == -1)


def test_a_cutout_silences_its_steps_of_its_axis_and_no_other():
    whole = tf.ones((2, 8, 6))
    held = cut_out(whole, tf.constant([1, 4]), 3, 1, -tf.ones((8, 6))).numpy()
    assert [np.flatnonzero(one[:, 0] == -1).tolist() for one in held] == [[1, 2, 3], [4, 5, 6]]
    assert np.all(held[:, :, 0:1] == held)
    bands = cut_out(whole, tf.constant([0, 4]), 2, 2, -tf.ones((8, 6))).numpy()
    assert [np.flatnonzero(one[0] == -1).tolist() for one in bands] == [[0, 1], [4, 5]]


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_with_probability_0_nothing_changes_by_a_bit(name, kind):
    np.testing.assert_array_equal(augment_of(name, Augment(kinds=(kind,)))(clips(name), SEED, 0.0), clips(name))


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_with_probability_a_half_half_of_the_clips_change_and_with_1_nearly_all(name, kind):
    augment = augment_of(name, Augment(kinds=(kind,)))

    def changed(chance):
        other = augment(clips(name), SEED, chance) != clips(name)
        return float(np.mean(np.any(np.reshape(other, (N, -1)), axis=1)))

    assert changed(1.0) > 0.8  # a shift by 0 is one of nine
    assert 0.25 < changed(0.5) < 0.75


@pytest.mark.parametrize("name", SHAPES)
def test_the_same_seed_gives_the_same_changes_and_another_does_not(name):
    augment = augment_of(name, Augment(kinds=KINDS))
    once = augment(clips(name), SEED, 1.0)
    np.testing.assert_array_equal(once, augment(clips(name), SEED, 1.0))
    assert not np.array_equal(once, augment(clips(name), SEED + 1, 1.0))


@pytest.mark.parametrize("name", SHAPES)
def test_gradients_flow_through_all_kinds(name):
    augment, batch = augment_of(name, Augment(kinds=KINDS, shift=0.125, cutout=0.25)), clips(name)
    with tf.GradientTape() as tape:
        tape.watch(batch)
        total = tf.reduce_sum(augment(batch, SEED, 1.0))
    gradients = tape.gradient(total, batch).numpy()
    assert np.all(np.isfinite(gradients))
    assert np.mean(gradients > 0) > 0.4  # all but what was cut or shifted out


def test_the_gradient_of_a_shift_is_shifted_back():
    batch = click(6)
    with tf.GradientTape() as tape:
        tape.watch(batch)
        shifted_click = shift(batch, tf.constant([3]), tf.zeros(16))[0, 9]
    np.testing.assert_array_equal(tape.gradient(shifted_click, batch), click(6))


def test_gain_of_a_spectrogram_equals_the_spectrogram_of_the_louder_clip():
    config = spectrogram.Config(**OPTIONS["spectrogram"])
    quiet = 0.1 * np.random.default_rng(0).uniform(-1, 1, (1, SAMPLES)).astype(np.float32)
    made = spectrogram.amplify(config, spectrogram.encode(config, quiet, RATE), 2.0)
    np.testing.assert_allclose(made, spectrogram.encode(config, 2 * quiet, RATE), atol=1e-5)


def test_gain_leaves_silence_unchanged():
    config = spectrogram.Config(**OPTIONS["spectrogram"])
    silence = spectrogram.encode(config, np.zeros((1, SAMPLES), np.float32), RATE)
    np.testing.assert_array_equal(spectrogram.amplify(config, silence, 4.0), silence)
    assert float(waveform.amplify(None, np.float32(0.25), 2.0)) == 0.5


def test_gaps_are_filled_with_the_silence_of_the_representation():
    augment = augment_of("spectrogram", Augment(kinds=("cutout",)))
    held = augment(tf.ones((N, 32, 64)), SEED, 1.0).numpy()
    assert set(np.unique(held)) == {-1.0, 1.0}
    assert np.mean(held == -1) == pytest.approx(1 - 0.75**2)  # a quarter of time, and a quarter of frequency


def test_gain_stays_within_its_decibels():
    factors = augment_of("waveform", Augment(kinds=("gain",), gain_db=6.0))(tf.ones((N, 1024)), SEED, 1.0).numpy()[:, 0]
    assert np.abs(20 * np.log10(factors)).max() <= 6.001
    assert np.abs(20 * np.log10(factors)).max() > 5


@pytest.mark.parametrize(("kind", "share"), [("cutout", 0.02), ("shift", 0.03)])
def test_a_share_of_less_than_a_step_is_refused_with_the_way_out(kind, share):
    with pytest.raises(InputError, match=rf"augment.{kind} is {share} of an axis of 32 .*leave {kind} out"):
        augment_of("spectrogram", Augment(kinds=(kind,), **{kind: share}))


def test_gain_is_refused_for_a_representation_that_does_not_support_it(monkeypatch):
    monkeypatch.delattr(waveform, "amplify")
    with pytest.raises(InputError, match="waveform cannot change the level of an encoded clip"):
        augment_of("waveform", Augment(kinds=("gain",)))
    assert augment_of("waveform", Augment(kinds=("shift",)))(clips("waveform"), SEED, 1.0).shape == (N, 1024)


def test_a_waveform_of_several_channels_is_cut_in_time_alone():
    config = Augment(kinds=("shift", "cutout", "gain"))
    chosen = parts(
        resolve({"representation": "waveform", "generator": "dense", "discriminator": "dense", "objective": "bce"}, {})
    )
    mono = augmentation(config, chosen, (64,), 64, RATE)
    stereo = type(mono)(config, np.zeros((64, 2), np.float32), partial(waveform.amplify, None), False)
    held = stereo(tf.ones((4, 64, 2)), SEED, 1.0).numpy()
    np.testing.assert_array_equal(held[..., 0], held[..., 1])
    assert np.mean(held == 0) >= 0.25
