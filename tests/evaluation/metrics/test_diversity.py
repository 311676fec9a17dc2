import numpy as np
import pytest

from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference
from waveloom.evaluation.metrics.diversity import score
from waveloom.evaluation.points import Part


def points(rows: list[list[float]], labels: str = "") -> Part:
    return Part(np.array(rows, np.float32), np.array(list(labels or " " * len(rows))))


def against(real: Part) -> Reference:
    return Reference(real, real)


def test_it_is_the_mean_side_of_a_triangle():
    triangle = points([[0, 0], [3, 0], [0, 4]])
    scores = score(triangle, against(triangle))
    assert scores["diversity"] == pytest.approx((3 + 4 + 5) / 3)
    assert scores["diversity_ratio"] == 1


def test_half_the_spread_is_half_the_ratio():
    scores = score(points([[1, 1], [2.5, 3]]), against(points([[0, 0], [3, 4]])))
    assert scores["diversity_ratio"] == pytest.approx(0.5)


def test_one_sound_over_and_over_has_none():
    scores = score(points([[1, 1]] * 5), against(points([[0, 0], [3, 4]])))
    assert (scores["diversity"], scores["diversity_ratio"]) == (0, 0)


def test_variety_within_a_label_and_across_labels_are_told_apart():
    real = points([[0], [1], [10], [11]], "aabb")
    narrow = points([[0], [0.5], [10], [10.5]], "aabb")
    blended = points([[0], [1], [0], [1]], "aabb")
    assert score(narrow, against(real))["diversity_within"] == pytest.approx(0.5)
    assert score(narrow, against(real))["diversity_across"] == pytest.approx(1)
    assert score(blended, against(real))["diversity_within"] == pytest.approx(1)
    assert score(blended, against(real))["diversity_across"] == pytest.approx(0.5 / 10)


def test_a_label_that_only_one_set_has_counts_for_neither():
    real = points([[0], [1], [10], [14]], "aabb")
    scores = score(points([[0], [2]], "aa"), against(real))
    assert scores["diversity_within"] == pytest.approx(2)
    assert scores["diversity_across"].startswith(ABSENT)


def test_real_sounds_all_the_same_are_no_measure():
    with pytest.raises(NotMeasuredError, match="all the same"):
        score(points([[0, 0], [3, 4]]), against(points([[1, 1]] * 5)))
