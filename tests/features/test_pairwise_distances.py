import numpy as np
import pytest
from scipy.spatial.distance import cdist

from waveloom.features.pairwise_distances import squared_distances


def test_points_on_a_plane_worked_by_hand():
    a, b = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 4.0], [0.0, 1.0], [6.0, 8.0]])
    assert squared_distances(a, b).tolist() == [[25, 1, 100], [0, 18, 25]]


def test_random_rows_agree_with_scipy():
    a, b = np.random.default_rng(0).standard_normal((2, 40, 7)).astype(np.float32)
    assert squared_distances(a, b) == pytest.approx(cdist(a, b, "sqeuclidean"), rel=1e-9)
    assert squared_distances(a, b).dtype == np.float64


def test_equal_rows_far_from_zero_have_no_negative_distance_and_with_a_tolerance_none_at_all():
    rows = 1e3 + np.random.default_rng(0).standard_normal((50, 7))
    assert squared_distances(rows, rows).min() >= 0
    assert (np.diag(squared_distances(rows, rows, tolerance=1e-12)) == 0).all()
