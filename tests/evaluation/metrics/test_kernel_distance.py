import numpy as np
import pytest

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics.kernel_distance import score
from waveloom.evaluation.subset import Subset
from waveloom.features import kernel_distance as distance


def cloud(count: int, seed: int, shift: float = 0.0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((count, 8)) + shift).astype(np.float32)


def kernel_distance(evaluated: np.ndarray, real: np.ndarray) -> float:
    whole = Subset(real, np.full(len(real), ""))
    return score(Subset(evaluated, np.full(len(evaluated), "")), Reference(whole, whole))["kernel_distance"]


def test_two_draws_from_one_distribution_score_zero_at_any_set_size():
    for count in (20, 400):
        values = [kernel_distance(cloud(count, seed + 100), cloud(400, seed)) for seed in range(8)]
        assert np.mean(values) == pytest.approx(0, abs=0.5)


def test_it_grows_with_the_shift_between_the_sets():
    values = [kernel_distance(cloud(100, 1, shift), cloud(100, 0)) for shift in (0, 0.5, 1, 2)]
    assert values == sorted(values)


def test_it_equals_the_validation_distance_of_training():
    evaluated, real = cloud(60, 1, 0.3), cloud(80, 0)
    assert kernel_distance(evaluated, real) == pytest.approx(distance.kernel_distance(real, evaluated), rel=1e-5)


def test_four_points_worked_by_hand():
    # Bandwidth 2; kernels: exp(-4/8) within each set, exp(-s/8) across with s = 1, 1, 9, 1.
    found = kernel_distance(np.array([[1.0], [3.0]], np.float32), np.array([[0.0], [2.0]], np.float32))
    across = (3 * np.exp(-1 / 8) + np.exp(-9 / 8)) / 4
    assert found == pytest.approx(100 * (2 * np.exp(-4 / 8) - 2 * across), rel=1e-5)


def test_mostly_equal_real_sounds_have_no_bandwidth():
    with pytest.raises(NotMeasuredError, match="half of the real sounds"):
        kernel_distance(cloud(5, 0), np.ones((5, 8), np.float32))
