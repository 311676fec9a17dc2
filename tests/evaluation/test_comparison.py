import numpy as np
import pytest

from waveloom.evaluation.comparison import compare, margin_of_mean, meanings, metric_directions
from waveloom.evaluation.metrics import ABSENT, Reference
from waveloom.evaluation.subset import Subset


def cloud(count: int, seed: int, shift: float = 0.0) -> Subset:
    rows = np.random.default_rng(seed).standard_normal((count, 4)) + shift
    return Subset(rows.astype(np.float32), np.full(count, ""))


def test_margins_are_as_wide_as_numbers_vary_from_draw_to_draw():
    found = [
        compare(
            "embedding", {"it": cloud(40, 3 * s, 0.5)}, Reference(cloud(40, 3 * s + 1), cloud(40, 3 * s + 2)), seed=s
        )
        for s in range(25)
    ]
    for number in ("kernel_distance", "diversity", "nearest_held_out", "frechet_distance"):
        values = [one.values[number]["it"] for one in found]
        margins = [one.margins[number]["it"] for one in found]
        assert 0.6 < np.mean(margins) / (1.96 * np.std(values, ddof=1)) < 1.7, number


def grouped(seed: int, shift: float = 0.0) -> Subset:
    """Twenty groups of ten similar sounds each: as informative as twenty sounds, not two hundred."""
    draw = np.random.default_rng(seed)
    rows = np.repeat(draw.standard_normal((20, 4)), 10, axis=0) + 0.3 * draw.standard_normal((200, 4)) + shift
    return Subset(rows.astype(np.float32), np.full(200, ""), np.repeat(np.arange(20), 10))


def test_margins_of_grouped_sounds_are_as_wide_as_numbers_vary_from_draw_to_draw():
    found = [
        compare("embedding", {"it": grouped(3 * s, 0.5)}, Reference(grouped(3 * s + 1), cloud(40, 3 * s + 2)), seed=s)
        for s in range(25)
    ]
    for number in ("kernel_distance", "diversity"):  # ignoring groups gives a third of it
        values = [one.values[number]["it"] for one in found]
        margins = [one.margins[number]["it"] for one in found]
        assert 0.7 < np.mean(margins) / (1.96 * np.std(values, ddof=1)) < 1.5, number


def test_sounds_of_one_group_have_no_margin():
    one = Subset(cloud(40, 1).per_sound(lambda rows: rows), np.full(40, ""), np.full(40, "one"))
    for evaluated, real in ((one, cloud(40, 2)), (cloud(40, 2), one)):
        found = compare("embedding", {"it": evaluated}, Reference(real, cloud(40, 3)), 0)
        assert isinstance(found.values["kernel_distance"]["it"], float)
        assert found.margins["kernel_distance"]["it"].startswith(ABSENT)


def test_the_margin_of_a_mean_of_groups_is_that_of_the_group_means():
    means = np.random.default_rng(0).standard_normal(20)
    assert margin_of_mean(np.repeat(means, 10), np.repeat(np.arange(20), 10)) == pytest.approx(margin_of_mean(means))
    assert margin_of_mean(means, np.arange(20)[::-1]) == margin_of_mean(means)
    assert margin_of_mean(means, np.full(20, "one")).startswith(ABSENT)


def test_margins_shrink_with_the_root_of_the_number_of_sounds():
    small, large = (
        compare("embedding", {"it": cloud(n, 1, 0.5)}, Reference(cloud(n, 2), cloud(n, 3)), 0).margins
        for n in (50, 800)
    )
    assert small["kernel_distance"]["it"] / large["kernel_distance"]["it"] == pytest.approx(4, rel=0.5)


def test_two_sounds_are_scored_if_possible_and_have_no_margin():
    found = compare("embedding", {"it": cloud(2, 1)}, Reference(cloud(2, 2), cloud(2, 3)), 0)
    assert isinstance(found.values["diversity_ratio"]["it"], float)
    assert found.values["precision"]["it"] == f"{ABSENT}2 sounds are too few; it needs 6 in each set"
    assert found.margins["diversity_ratio"]["it"].startswith(ABSENT)


def test_a_note_is_given_once():
    found = compare("embedding", {"a": cloud(12, 1), "b": cloud(12, 4)}, Reference(cloud(12, 2), cloud(40, 3)), 0)
    assert len(found.notes) == len(set(found.notes)) == 1


def test_every_number_has_a_direction_and_every_metric_a_meaning():
    assert {"kernel_distance", "copy_rate", "inception_score"} <= set(metric_directions())
    assert {"kernel_distance", "copy_rate", "inception_score"} <= set(meanings())


def test_the_margin_of_a_mean_comes_from_its_standard_error():
    assert margin_of_mean(np.array([1.0, 3.0])) == pytest.approx(1.96 * np.sqrt(2) / np.sqrt(2), rel=1e-3)
    assert margin_of_mean(np.array([1.0])).startswith(ABSENT)
