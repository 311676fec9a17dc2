import numpy as np
import pytest

from waveloom.training.criteria import l1


def test_it_is_the_mean_absolute_difference_worked_by_hand():
    target, generated = np.array([[1.0, -2.0]], np.float32), np.array([[0.5, 1.0]], np.float32)
    assert float(l1.loss(target, generated)) == pytest.approx((0.5 + 3) / 2)
