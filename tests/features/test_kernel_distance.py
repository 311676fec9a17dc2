import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.features.kernel_distance import kernel_distance, median_distance


def cloud(count: int, seed: int, centre: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(centre, 1, (count, 10))


def by_definition(real: np.ndarray, generated: np.ndarray, width: float) -> float:
    def kernel(a, b):
        return np.exp(-np.sum((a - b) ** 2) / (2 * width**2))

    def within(rows):
        return np.mean([kernel(a, b) for i, a in enumerate(rows) for j, b in enumerate(rows) if i != j])

    return 100 * (within(real) + within(generated) - 2 * np.mean([kernel(a, b) for a in real for b in generated]))


def test_two_points_against_two_points_worked_by_hand():
    real, generated = np.array([[0.0], [1.0]]), np.array([[0.0], [2.0]])
    one, four = np.exp(-1 / 2), np.exp(-4 / 2)
    cross = (1 + four + one + one) / 4
    assert kernel_distance(real, generated, bandwidth=1.0) == pytest.approx(100 * (one + four - 2 * cross))


def test_the_sum_over_blocks_is_the_sum_of_the_definition(monkeypatch):
    monkeypatch.setattr("waveloom.features.kernel_distance._BLOCK", 7)
    real, generated = cloud(20, 0), cloud(17, 1, 0.5)
    width = np.median([np.linalg.norm(a - b) for i, a in enumerate(real) for b in real[:i]])
    assert median_distance(real) == pytest.approx(width)
    assert kernel_distance(real, generated) == pytest.approx(by_definition(real, generated, width))


def test_sets_from_one_source_lie_around_zero_whatever_their_size():
    values = [kernel_distance(cloud(60, seed), cloud(25, seed + 100)) for seed in range(40)]
    assert abs(np.mean(values)) < 2 * np.std(values) / np.sqrt(40)
    assert min(values) < 0 < max(values)


def test_the_farther_the_sets_the_greater_the_distance():
    values = [kernel_distance(cloud(100, 0), cloud(100, 1, centre)) for centre in (0, 0.5, 1, 2)]
    assert values == sorted(values)
    assert values[1] > 1


def test_the_order_of_the_clips_does_not_matter():
    real, generated = cloud(50, 0), cloud(50, 1)
    assert kernel_distance(real[::-1], generated[::-1]) == pytest.approx(kernel_distance(real, generated))


def test_of_many_rows_some_stand_for_all():
    assert median_distance(cloud(5000, 0)) == pytest.approx(median_distance(cloud(2000, 1)), rel=0.02)


@pytest.mark.parametrize(
    ("real", "generated", "named"),
    [
        (np.ones((1, 3)), np.ones((5, 3)), "at least 2 clips"),
        (np.ones((5, 3)), np.ones((5, 2)), "3 features, generated 2"),
        (np.ones((5, 3)), np.full((5, 3), np.nan), "generated features hold NaN"),
        (np.ones((5, 3)), np.zeros((5, 3)), "Half of the real clips"),
    ],
)
def test_sets_that_cannot_be_compared_are_named(real, generated, named):
    with pytest.raises(InputError, match=named):
        kernel_distance(real, generated)
