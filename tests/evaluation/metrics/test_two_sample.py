import numpy as np
import pytest

from waveloom.evaluation.metrics import Reference
from waveloom.evaluation.metrics.two_sample import score
from waveloom.evaluation.subset import Subset


def accuracy(evaluated: np.ndarray, real: np.ndarray) -> float:
    parts = [Subset(points.astype(np.float32), np.full(len(points), "")) for points in (evaluated, real)]
    return score(parts[0], Reference(parts[1], parts[1]))["two_sample_accuracy"]


def cloud(count: int, seed: int, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 4)) + shift


def test_distant_sets_are_always_told_apart_and_equal_sets_never():
    assert accuracy(cloud(20, 0), cloud(20, 1, shift=50)) == 1
    assert accuracy(cloud(20, 0), cloud(20, 0)) == 0.5


def test_two_draws_from_one_distribution_score_chance():
    assert np.mean([accuracy(cloud(100, s), cloud(100, s + 50)) for s in range(20)]) == pytest.approx(0.5, abs=0.03)


def test_near_copies_score_below_chance():
    assert accuracy(cloud(20, 0) + 1e-3, cloud(20, 0)) == 0


def test_four_points_on_a_line_worked_by_hand():
    # Evaluated 0 and 1, real 1.5 and 9: 0 and 9 go to 1 and 1.5, 1 and 1.5 to each other: only 9 and 0 find their own.
    assert accuracy(np.array([[0.0], [1.0]]), np.array([[1.5], [9.0]])) == 0.5


def test_the_larger_set_is_reduced_to_equal_size():
    assert accuracy(cloud(400, 0), cloud(40, 1)) == pytest.approx(0.5, abs=0.15)
