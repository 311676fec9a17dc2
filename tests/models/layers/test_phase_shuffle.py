import keras
import numpy as np
import pytest

from waveloom.models.layers.phase_shuffle import PhaseShuffle

RAMP = np.arange(10, dtype=np.float32)[None, :, None]


def shifts(maximum, times=60):
    keras.utils.set_random_seed(0)
    layer = PhaseShuffle(maximum)
    return [int(np.asarray(layer(RAMP, training=True))[0, 5, 0]) - 5 for _ in range(times)]


@pytest.mark.parametrize("maximum", [1, 2])
def test_every_shift_up_to_the_maximum_occurs_and_no_other(maximum):
    assert set(shifts(maximum)) == set(range(-maximum, maximum + 1))


def test_the_edges_are_reflected():
    keras.utils.set_random_seed(0)
    layer = PhaseShuffle(1)
    seen = {tuple(np.asarray(layer(RAMP, training=True))[0, :, 0].astype(int)) for _ in range(40)}
    assert seen == {(1, *range(9)), tuple(range(10)), (*range(1, 10), 8)}


def test_outside_training_nothing_is_shifted():
    np.testing.assert_array_equal(PhaseShuffle(2)(RAMP), RAMP)
