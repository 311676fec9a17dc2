import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.models.layers.input_noise import key, normal, uniform


def rows(batch, seed=0, length=9):
    return np.random.default_rng(seed).standard_normal((batch, length)).astype(np.float32)


def test_what_is_drawn_is_standard_normal():
    drawn = normal(key(rows(50)), (40, 25), salt=3).numpy()
    assert drawn.shape == (50, 40, 25)
    assert drawn.mean() == pytest.approx(0, abs=0.02)
    assert drawn.std() == pytest.approx(1, abs=0.02)
    assert np.mean(np.abs(drawn) > 1.96) == pytest.approx(0.05, abs=0.005)


def test_numbers_of_a_row_and_of_rows_are_unrelated():
    drawn = normal(key(rows(400)), (30,), salt=1).numpy()
    np.testing.assert_allclose(np.corrcoef(drawn), np.eye(400), atol=0.9)
    np.testing.assert_allclose(np.corrcoef(drawn.T), np.eye(30), atol=0.25)


def test_uniform_numbers_fill_the_open_interval_evenly():
    drawn = uniform(key(rows(100)), 100, salt=0).numpy()
    assert drawn.min() > 0
    assert drawn.max() < 1
    np.testing.assert_allclose(np.histogram(drawn, 10, (0, 1))[0] / 1000, 1, atol=0.15)


def test_a_row_draws_the_same_in_any_batch_and_another_for_the_smallest_change():
    given = rows(8)
    np.testing.assert_array_equal(key(given)[3:4], key(given[3:4]))
    changed = given.copy()
    changed[:, 4] = np.nextafter(changed[:, 4], np.float32(9))
    assert not np.any(key(given).numpy() == key(changed).numpy())


def test_places_in_a_row_matter():
    given = rows(1)
    assert key(given) != key(given[:, ::-1].copy())


def test_salts_draw_apart():
    keys = key(rows(1))
    assert abs(np.corrcoef(normal(keys, (2000,), 1)[0], normal(keys, (2000,), 2)[0])[0, 1]) < 0.1


def test_a_graph_draws_the_same_bits():
    given = rows(4)
    np.testing.assert_array_equal(tf.function(key)(keras.ops.convert_to_tensor(given)), key(given))
