import numpy as np
import pytest

from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.metrics.diversity import score


def sounds(features: list[list[float]]) -> Sounds:
    rows = np.array(features, np.float32)
    return Sounds(np.zeros((len(rows), 64), np.float32), 8000, rows, np.full(len(rows), ""))


def test_it_is_the_mean_side_of_a_triangle():
    triangle = sounds([[0, 0], [3, 0], [0, 4]])
    assert score(triangle, triangle) == pytest.approx({"diversity": (3 + 4 + 5) / 3, "diversity_ratio": 1})


def test_half_the_spread_is_half_the_ratio():
    scores = score(sounds([[0, 0], [3, 4]]), sounds([[1, 1], [2.5, 3]]))
    assert scores["diversity_ratio"] == pytest.approx(0.5)


def test_one_sound_over_and_over_has_none():
    assert score(sounds([[0, 0], [3, 4]]), sounds([[1, 1]] * 5)) == {"diversity": 0, "diversity_ratio": 0}
