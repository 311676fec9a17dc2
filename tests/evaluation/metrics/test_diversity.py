import numpy as np
import pytest

from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference
from waveloom.evaluation.metrics.diversity import score
from waveloom.evaluation.subset import Subset


def points(rows: list[list[float]], labels: str = "") -> Subset:
    return Subset(np.array(rows, np.float32), np.array(list(labels or " " * len(rows))))


def reference(real: Subset) -> Reference:
    return Reference(real, real)


def test_the_diversity_of_a_triangle_is_its_mean_side():
    triangle = points([[0, 0], [3, 0], [0, 4]])
    scores = score(triangle, reference(triangle))
    assert scores["diversity"] == pytest.approx((3 + 4 + 5) / 3)
    assert scores["diversity_ratio"] == 1


def test_half_the_distance_is_half_the_ratio():
    scores = score(points([[1, 1], [2.5, 3]]), reference(points([[0, 0], [3, 4]])))
    assert scores["diversity_ratio"] == pytest.approx(0.5)


def test_copies_of_one_sound_have_no_diversity():
    scores = score(points([[1, 1]] * 5), reference(points([[0, 0], [3, 4]])))
    assert (scores["diversity"], scores["diversity_ratio"]) == (0, 0)


def test_diversity_within_a_label_and_across_labels_are_distinguished():
    real = points([[0], [1], [10], [11]], "aabb")
    narrow = points([[0], [0.5], [10], [10.5]], "aabb")
    blended = points([[0], [1], [0], [1]], "aabb")
    assert score(narrow, reference(real))["diversity_within"] == pytest.approx(0.5)
    assert score(narrow, reference(real))["diversity_across"] == pytest.approx(1)
    assert score(blended, reference(real))["diversity_within"] == pytest.approx(1)
    assert score(blended, reference(real))["diversity_across"] == pytest.approx(0.5 / 10)


def test_a_label_in_only_one_set_is_ignored():
    real = points([[0], [1], [10], [14]], "aabb")
    scores = score(points([[0], [2]], "aa"), reference(real))
    assert scores["diversity_within"] == pytest.approx(2)
    assert scores["diversity_across"].startswith(ABSENT)


def test_equal_real_sounds_are_not_measured():
    with pytest.raises(NotMeasuredError, match="the same embedding"):
        score(points([[0, 0], [3, 4]]), reference(points([[1, 1]] * 5)))
