import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.training.spectral_norm import SpectralNorm


def normalised(value, iterations=30):
    variable = keras.Variable(np.asarray(value, np.float32))
    norm = SpectralNorm([variable], 0)
    for _ in range(iterations):
        norm.iterate()
    return norm, variable


def test_the_largest_singular_value_becomes_1_and_the_others_keep_their_ratio():
    (result,) = normalised(np.diag([3.0, 2.0, 0.5]))[0].weights()
    np.testing.assert_allclose(result, np.diag([1, 2 / 3, 1 / 6]), rtol=1e-4)


def test_a_kernel_counts_as_a_matrix_of_inputs_by_outputs():
    kernel = np.random.default_rng(0).normal(size=(5, 3, 4))
    (result,) = normalised(kernel, 200)[0].weights()
    assert np.linalg.svd(np.reshape(result, (15, 4)), compute_uv=False)[0] == pytest.approx(1, rel=1e-3)


def test_biases_and_zero_matrices_stay_unchanged():
    for value in ([4.0, 5.0], np.zeros((2, 2))):
        np.testing.assert_array_equal(normalised(value)[0].weights()[0], value)


def test_the_gradient_is_orthogonal_to_the_weights_since_their_scale_does_not_matter():
    norm, variable = normalised(np.random.default_rng(1).normal(size=(4, 4)), 200)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(norm.weights()[0] * tf.reshape(tf.range(16.0), (4, 4)))
    gradient = tape.gradient(loss, variable.value)
    assert float(tf.norm(gradient)) > 1
    assert float(tf.reduce_sum(gradient * variable.value)) == pytest.approx(0, abs=1e-3)
