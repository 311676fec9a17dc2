import numpy as np
import pytest

from waveloom.models.layers.minibatch_stddev import MinibatchStdDev


def test_equal_clips_have_no_deviation():
    assert MinibatchStdDev()(np.ones((8, 3), np.float32)).numpy()[:, 3] == pytest.approx(1e-4)


def test_the_deviation_is_that_within_each_group_of_four():
    features = np.array([[0.0], [0.0], [2.0], [2.0], [0.0], [0.0], [6.0], [6.0]], np.float32)
    assert MinibatchStdDev()(features).numpy()[:, 1] == pytest.approx([1, 1, 1, 1, 3, 3, 3, 3], rel=1e-6)
