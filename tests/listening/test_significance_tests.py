import numpy as np
import pandas as pd
import pytest
from scipy import stats

from waveloom.listening.significance_tests import friedman, holm, wilcoxon

MEANS = pd.DataFrame(np.random.default_rng(0).normal([3, 3.3, 4], 0.5, (9, 3)), columns=["a", "b", "c"])


def test_friedman_is_scipys_over_listeners_who_heard_all_makers():
    gappy = MEANS.copy()
    gappy.loc[3, "b"] = np.nan
    found, whole = friedman(gappy), gappy.dropna()
    assert found["listeners"] == 8
    assert (found["statistic"], found["p"]) == pytest.approx(stats.friedmanchisquare(whole.a, whole.b, whole.c))


def test_friedman_worked_by_hand():
    """Three listeners who all rank a < b < c: chi² = 12 n / (k (k + 1)) sum((mean rank - 2)²) = 6."""
    ranks = pd.DataFrame([[1, 2, 3], [2, 3, 5], [1, 4, 5]], columns=["a", "b", "c"], dtype=float)
    assert friedman(ranks)["statistic"] == pytest.approx(6)


def test_too_little_for_friedman_says_nothing():
    assert friedman(MEANS[["a", "b"]]) is None
    assert friedman(MEANS[:2]) is None
    assert friedman(MEANS * 0) is None


def test_wilcoxon_tells_every_pair_and_equal_makers_apart_from_none():
    found = wilcoxon(MEANS.assign(d=MEANS["a"]))
    assert len(found) == 6
    same = next(row for row in found if (row["one"], row["other"]) == ("a", "d"))
    assert (same["p"], same["difference"]) == (1.0, 0.0)
    assert all(row["p_holm"] >= row["p"] for row in found)


def test_holm_worked_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
