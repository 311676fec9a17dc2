import keras
import numpy as np
import pytest

from waveloom.models.recipe import Optimiser
from waveloom.training.adam import Adam

CONFIG = Optimiser(beta_1=0.5, beta_2=0.9)


def test_the_first_step_has_the_size_of_the_rate_whatever_the_gradient():
    variable = keras.Variable(np.zeros(3, np.float32))
    Adam([variable], 0.01, CONFIG).apply([np.array([1e-2, -3.0, 1e4], np.float32)])
    assert np.array(variable) == pytest.approx([-0.01, 0.01, -0.01], rel=1e-3)


def test_its_steps_are_those_of_keras():
    gradients = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
    ours, theirs = (keras.Variable(np.ones(5, np.float32)) for _ in range(2))
    adam, keras_adam = Adam([ours], 0.01, CONFIG), keras.optimizers.Adam(0.01, beta_1=0.5, beta_2=0.9)
    for gradient in gradients:
        adam.apply([gradient])
        keras_adam.apply_gradients([(keras.ops.convert_to_tensor(gradient), theirs)])
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_the_rate_factor_scales_the_step():
    slow, fast = (keras.Variable(np.ones(3, np.float32)) for _ in range(2))
    Adam([slow], 0.01, CONFIG).apply([np.ones(3, np.float32)], 0.5)
    Adam([fast], 0.005, CONFIG).apply([np.ones(3, np.float32)])
    np.testing.assert_array_equal(slow, fast)
