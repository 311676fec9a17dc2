import numpy as np
import pytest

from waveloom.evaluation.translation.intervals import Bootstrap
from waveloom.evaluation.translation.kernel import Rows, kernel_distance

PIECES = np.repeat([f"piece-{k}" for k in range(8)], 10)


def rows(shift: float = 0.0, seed: int = 0) -> Rows:
    return Rows(np.random.default_rng(seed).standard_normal((80, 4)) + shift, PIECES)


@pytest.fixture
def bootstrap() -> Bootstrap:
    return Bootstrap(PIECES, 0)


def test_the_real_clips_are_at_zero_exactly(bootstrap):
    estimate = kernel_distance({"organ": rows()}, {"organ": rows()}, bootstrap)
    assert estimate.value == 0
    assert estimate.limits == pytest.approx((0, 0), abs=1e-9)


def test_other_clips_of_the_same_distribution_are_at_zero_within_the_interval(bootstrap):
    estimate = kernel_distance({"organ": rows()}, {"organ": rows(seed=1)}, bootstrap)
    low, high = estimate.limits
    assert low < 0 < high


def test_the_distance_grows_with_the_shift_and_is_the_mean_over_domains(bootstrap):
    near, far = (kernel_distance({"organ": rows()}, {"organ": rows(k, 1)}, bootstrap).value for k in (0.5, 2.0))
    assert 0 < near < far
    both = kernel_distance(
        {"organ": rows(), "brass": rows()}, {"organ": rows(0.5, 1), "brass": rows(2.0, 1)}, bootstrap
    )
    assert both.value == pytest.approx((near + far) / 2)


def test_the_value_is_that_of_the_usual_estimate_over_pairs_of_different_pieces(bootstrap):
    real, made = rows(), rows(1.0, 1)
    from waveloom.features.kernel_distance import median_distance

    width = median_distance(real.values)
    apart = PIECES[:, None] != PIECES

    def mean(a: np.ndarray, b: np.ndarray) -> float:
        squared = ((a[:, None] - b) ** 2).sum(axis=2)
        return np.exp(-squared / (2 * width**2))[apart].mean()

    r, m = real.values, made.values
    expected = 100 * (mean(r, r) + mean(m, m) - 2 * mean(r, m))
    assert kernel_distance({"organ": real}, {"organ": made}, bootstrap).value == pytest.approx(expected)


def test_clips_of_a_single_piece_are_not_compared():
    one = Rows(np.random.default_rng(0).standard_normal((5, 4)), np.full(5, "only"))
    assert kernel_distance({"organ": one}, {"organ": one}, Bootstrap(["only"], 0)) is None
