import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.models.layers.input_noise import hash_noise, normal, uniform


def latents(batch, seed=0, length=9):
    return np.random.default_rng(seed).standard_normal((batch, length)).astype(np.float32)


def test_normal_numbers_are_standard_normal():
    drawn = normal(hash_noise(latents(50)), (40, 25), salt=3).numpy()
    assert drawn.shape == (50, 40, 25)
    assert drawn.mean() == pytest.approx(0, abs=0.02)
    assert drawn.std() == pytest.approx(1, abs=0.02)
    assert np.mean(np.abs(drawn) > 1.96) == pytest.approx(0.05, abs=0.005)


def test_numbers_of_one_and_of_different_latent_vectors_are_uncorrelated():
    drawn = normal(hash_noise(latents(400)), (30,), salt=1).numpy()
    np.testing.assert_allclose(np.corrcoef(drawn), np.eye(400), atol=0.9)
    np.testing.assert_allclose(np.corrcoef(drawn.T), np.eye(30), atol=0.25)


def test_uniform_numbers_fill_the_open_interval_evenly():
    drawn = uniform(hash_noise(latents(100)), 100, salt=0).numpy()
    assert drawn.min() > 0
    assert drawn.max() < 1
    np.testing.assert_allclose(np.histogram(drawn, 10, (0, 1))[0] / 1000, 1, atol=0.15)


def test_a_latent_vector_has_the_same_hash_in_any_batch_and_another_after_the_smallest_change():
    given = latents(8)
    np.testing.assert_array_equal(hash_noise(given)[3:4], hash_noise(given[3:4]))
    changed = given.copy()
    changed[:, 4] = np.nextafter(changed[:, 4], np.float32(9))
    assert not np.any(hash_noise(given).numpy() == hash_noise(changed).numpy())


def test_the_order_within_a_latent_vector_matters():
    given = latents(1)
    assert hash_noise(given) != hash_noise(given[:, ::-1].copy())


def test_salts_give_independent_numbers():
    keys = hash_noise(latents(1))
    assert abs(np.corrcoef(normal(keys, (2000,), 1)[0], normal(keys, (2000,), 2)[0])[0, 1]) < 0.1


def test_a_graph_gives_the_same_bits():
    given = latents(4)
    np.testing.assert_array_equal(tf.function(hash_noise)(keras.ops.convert_to_tensor(given)), hash_noise(given))
