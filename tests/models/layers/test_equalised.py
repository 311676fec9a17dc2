import keras
import numpy as np
import pytest

from waveloom.models.layers.equalised import Convolution, Dense, leaky_relu, pixel_norm, scale_to_equalised

X = np.random.default_rng(0).standard_normal((64, 20, 30, 24)).astype(np.float32)


@pytest.mark.parametrize(
    ("layer", "given"),
    [
        (Dense(200), X[:, 0, 0]),
        (Dense(200, rate=0.01), X[:, 0, 0]),
        (Convolution(40, (3,)), X[:, 0]),
        (Convolution(40, (3, 3)), X),
    ],
)
def test_outputs_have_unit_variance_for_unit_input(layer, given):
    keras.utils.set_random_seed(0)
    result = layer(given).numpy()
    inside = result[(slice(None), *(slice(1, -1),) * (result.ndim - 2))]  # the ends are next to zero padding
    assert inside.std() == pytest.approx(1, rel=0.05)


def test_a_lower_rate_moves_the_output_by_that_share():
    """One step of Adam moves each weight by the same; what counts is how far the output goes."""
    moved = []
    for rate in (1.0, 0.01):
        layer = Dense(4, rate)
        before = layer(X[:, 0, 0]).numpy()
        for weight in (layer.kernel, layer.bias):
            weight.assign(weight + 0.1)
        moved.append(np.abs(layer(X[:, 0, 0]).numpy() - before))
    np.testing.assert_allclose(moved[1], 0.01 * moved[0], rtol=0.02, atol=1e-5)


@pytest.mark.parametrize("rate", [1.0, 0.01])
def test_the_initial_bias_does_not_depend_on_the_rate(rate):
    np.testing.assert_allclose(Dense(3, rate, bias=1.0)(np.zeros((2, 5), np.float32)), 1, rtol=1e-6)


@pytest.mark.parametrize("slope", [0.0, 0.2, 0.9])
def test_leaky_relu_preserves_the_mean_square(slope):
    assert np.mean(leaky_relu(X, slope).numpy() ** 2) == pytest.approx(1, rel=0.02)


def test_pixel_norm_gives_each_position_a_mean_square_of_one():
    np.testing.assert_allclose(np.mean(pixel_norm(7 * X).numpy() ** 2, axis=-1), 1, rtol=1e-4)


def test_a_plain_layer_after_scaled_features_learns_like_an_equalised_one():
    features = np.abs(X[:, 0, 0])
    moved = []
    for layer, given in ((keras.layers.Dense(1), scale_to_equalised(features)), (Dense(1), features)):
        before = layer(given).numpy()
        layer.kernel.assign(layer.kernel + 0.01)
        moved.append(layer(given).numpy() - before)
    np.testing.assert_allclose(moved[0], moved[1], rtol=1e-3, atol=1e-5)
