from dataclasses import fields, replace

import numpy as np
import pytest
import tensorflow as tf

from waveloom.training.perturb import UNIT_DB, Perturbation, cosines, envelope, perturb

SEED = tf.constant([3, 4], tf.int64)
FULL = Perturbation()
STRENGTHS = ("equaliser_db", "partials_db", "contrast", "slow_gain_db", "gain_db", "bands", "noise")
NOTHING = replace(FULL, **dict.fromkeys(STRENGTHS, 0.0))
CLIPS = tf.constant(np.random.default_rng(0).uniform(-0.5, 0.5, (4, 16, 64)), tf.float32)


def changes(config, clips=CLIPS):
    return (perturb(clips, config, SEED) - clips).numpy() * UNIT_DB


def test_every_strength_of_the_config_is_tested():
    assert {field.name for field in fields(Perturbation)} == {
        *STRENGTHS,
        "equaliser_terms",
        "partials_terms",
        "envelope_terms",
    }


def test_nothing_changes_without_any_strength():
    np.testing.assert_allclose(perturb(2 * CLIPS, NOTHING, SEED), 2 * CLIPS, atol=1e-6)


def test_silence_stays_silence_unless_noise_is_added():
    silence = tf.fill((4, 16, 64), -1.0)
    np.testing.assert_array_equal(perturb(silence, replace(FULL, noise=0.0), SEED), silence)
    assert np.max(perturb(silence, replace(NOTHING, noise=1.0), SEED)) > -1


@pytest.mark.parametrize("strength", STRENGTHS)
def test_each_part_alone_changes_every_kind_of_clip_and_stays_in_range(strength):
    full = 1.0 if strength in ("bands", "noise") else getattr(FULL, strength)
    changed = perturb(CLIPS - 0.4, replace(NOTHING, **{strength: full}), SEED).numpy()
    assert not np.allclose(changed, CLIPS - 0.4, atol=1e-3)
    assert np.abs(changed).max() <= 1


def test_the_same_seed_gives_the_same_clips_and_another_seed_others():
    np.testing.assert_array_equal(perturb(CLIPS, FULL, SEED), perturb(CLIPS, FULL, SEED))
    assert not np.allclose(perturb(CLIPS, FULL, SEED), perturb(CLIPS, FULL, SEED + 1), atol=1e-3)


def test_a_filter_is_the_same_in_every_frame_and_differs_between_clips():
    change = changes(replace(NOTHING, equaliser_db=2.0))
    np.testing.assert_allclose(change, np.repeat(change[:, :1], 16, axis=1), atol=1e-3)
    assert np.std(change[:, 0], axis=0).min() > 0.1


def test_a_filter_has_the_standard_deviation_of_the_config():
    quiet = tf.zeros((256, 1, 64))
    change = changes(replace(NOTHING, equaliser_db=3.0), quiet)
    assert np.std(change) == pytest.approx(3, rel=0.1)


def test_a_gain_is_the_same_at_every_frequency():
    change = changes(replace(NOTHING, gain_db=8.0, slow_gain_db=5.0))
    np.testing.assert_allclose(change, np.repeat(change[:, :, :1], 64, axis=2), atol=1e-3)


def test_a_constant_gain_is_no_larger_than_the_config_allows():
    change = changes(replace(NOTHING, gain_db=8.0), tf.zeros((256, 2, 8)))
    assert 7 < np.abs(change).max() <= 8.001


def test_contrast_keeps_the_envelope_and_scales_what_is_left():
    changed = perturb(CLIPS, replace(NOTHING, contrast=0.3), SEED)
    np.testing.assert_allclose(envelope(changed, 30), envelope(CLIPS, 30), atol=1e-5)
    before, after = ((clips - envelope(clips, 30)).numpy() for clips in (CLIPS, changed))
    factors = np.median(after / before, axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(after, factors * before, atol=1e-5)
    assert 0.7 <= factors.min() < 1 < factors.max() <= 1.3


def test_an_envelope_of_all_cosines_is_the_spectrum_itself():
    np.testing.assert_allclose(cosines(8, 8) @ cosines(8, 8).T, np.eye(8), atol=1e-6)
    np.testing.assert_allclose(envelope(CLIPS, 64), CLIPS, atol=1e-5)
