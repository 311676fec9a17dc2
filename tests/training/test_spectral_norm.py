import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.training.spectral_norm import SpectralNorm


def normed(value, turns=30):
    variable = keras.Variable(np.asarray(value, np.float32))
    norm = SpectralNorm([variable], 0)
    for _ in range(turns):
        norm.turn()
    return norm, variable


def test_the_largest_singular_value_becomes_1_and_the_others_keep_their_share():
    (made,) = normed(np.diag([3.0, 2.0, 0.5]))[0].weights()
    np.testing.assert_allclose(made, np.diag([1, 2 / 3, 1 / 6]), rtol=1e-4)


def test_a_kernel_counts_as_the_matrix_of_all_but_its_outputs():
    kernel = np.random.default_rng(0).normal(size=(5, 3, 4))
    (made,) = normed(kernel, 200)[0].weights()
    assert np.linalg.svd(np.reshape(made, (15, 4)), compute_uv=False)[0] == pytest.approx(1, rel=1e-3)


def test_biases_and_what_is_still_zero_are_left_as_they_are():
    for value in ([4.0, 5.0], np.zeros((2, 2))):
        np.testing.assert_array_equal(normed(value)[0].weights()[0], value)


def test_no_gradient_points_along_the_weights_since_their_size_does_not_matter():
    norm, variable = normed(np.random.default_rng(1).normal(size=(4, 4)), 200)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(norm.weights()[0] * tf.reshape(tf.range(16.0), (4, 4)))
    slope = tape.gradient(loss, variable.value)
    assert float(tf.norm(slope)) > 1
    assert float(tf.reduce_sum(slope * variable.value)) == pytest.approx(0, abs=1e-3)
