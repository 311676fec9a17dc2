import numpy as np
import pytest
import scipy.linalg

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics.frechet_distance import frechet, note, score
from waveloom.evaluation.subset import Subset


def cloud(count: int, seed: int, columns: int = 8, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, columns)) + shift


def measured(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    parts = [Subset(points, np.full(len(points), "")) for points in (evaluated, real)]
    return score(parts[0], Reference(parts[1], parts[1]))


def test_two_gaussians_worked_by_hand():
    # Along one axis means 0 and 3, variances 2 and 8: 9 + 2 + 8 - 2 sqrt(16) = 11.
    a, b = np.array([[-1.0], [1.0]]), np.array([[1.0], [5.0]])
    assert frechet(a, b) == pytest.approx(11)


def test_a_shift_gives_its_square_and_a_scaling_the_squared_difference_of_deviations():
    points = cloud(50, 0)
    assert frechet(points, points) == pytest.approx(0, abs=1e-9)
    assert frechet(points, points + 2) == pytest.approx(8 * 4)
    assert frechet(points, 3 * points) - frechet(points, points + 2 * points.mean(axis=0)) == pytest.approx(
        4 * points.var(axis=0, ddof=1).sum()
    )


@pytest.mark.parametrize("count", [5, 40])
def test_it_equals_the_formula_with_a_matrix_square_root_even_for_singular_covariances(count):
    a, b = cloud(count, 0), cloud(count, 1) @ np.random.default_rng(2).standard_normal((8, 8))
    covariances = np.cov(a.T), np.cov(b.T)
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1] + 1e-12 * np.eye(8)).real
    expected = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert frechet(a, b) == pytest.approx(expected, rel=1e-4)


def test_two_draws_from_one_distribution_differ_for_few_sounds_and_not_for_infinitely_many():
    found = [measured(cloud(100, seed), cloud(100, seed + 50)) for seed in range(20)]
    finite, infinite = (
        np.mean([one[name] for one in found]) for name in ("frechet_distance", "frechet_distance_infinite")
    )
    assert finite > 0.3
    assert infinite == pytest.approx(0, abs=0.1)


def test_a_true_distance_remains_for_infinitely_many_sounds():
    found = [measured(cloud(100, seed, shift=0.5), cloud(100, seed + 50)) for seed in range(20)]
    assert np.mean([one["frechet_distance_infinite"] for one in found]) == pytest.approx(8 * 0.25, rel=0.15)


def test_it_warns_below_two_sounds_per_dimension_and_refuses_fewer_than_eight():
    few, many = (Subset(cloud(count, 0), np.full(count, "")) for count in (12, 16))
    assert "12 sounds in 8 dimensions are unreliable; 16 would be enough" in note(few, Reference(few, few))
    assert note(many, Reference(many, many)) == ""
    with pytest.raises(NotMeasuredError, match="7 sounds are too few"):
        measured(cloud(7, 0), cloud(20, 1))
