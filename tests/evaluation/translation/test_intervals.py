import numpy as np
import pytest

from waveloom.evaluation.translation.intervals import ONE_PIECE, Bootstrap


def test_equal_values_have_an_interval_without_width():
    estimate = Bootstrap(["a", "b", "c"], 0).mean(np.array([2.0, 2.0, 2.0, 2.0]), ["a", "a", "b", "c"])
    assert estimate.value == 2
    assert estimate.limits == (2, 2)


def test_the_interval_of_a_mean_has_the_width_of_the_normal_approximation():
    values = np.random.default_rng(1).standard_normal(400)
    low, high = Bootstrap(map(str, range(400)), 0).mean(values, map(str, range(400))).limits
    assert high - low == pytest.approx(2 * 1.96 / 20, rel=0.12)


def test_sounds_of_one_piece_are_drawn_together():
    # Four sounds in two pieces: the interval reaches the mean of either piece.
    low, high = Bootstrap(["a", "b"], 0).mean(np.array([0.0, 0.0, 1.0, 1.0]), ["a", "a", "b", "b"]).limits
    assert (low, high) == (0, 1)


def test_one_piece_has_no_interval():
    assert Bootstrap(["a"], 0).mean(np.array([1.0, 2.0]), ["a", "a"]).limits == (ONE_PIECE, ONE_PIECE)


def test_the_ratio_of_proportional_numbers_is_exact():
    bootstrap, pieces = Bootstrap("abcdef", 0), list("abcdef")
    values = np.arange(1.0, 7.0)
    ratio = bootstrap.mean(values, pieces).relative_to(bootstrap.mean(2 * values, pieces))
    assert ratio is not None
    assert ratio.value == 0.5
    assert ratio.limits == pytest.approx((0.5, 0.5))


def test_nothing_is_relative_to_zero():
    bootstrap = Bootstrap("ab", 0)
    assert bootstrap.mean(np.ones(2), "ab").relative_to(bootstrap.mean(np.zeros(2), "ab")) is None
