import numpy as np
import pandas as pd
import pytest
from scipy import stats

from waveloom.listening.significance_tests import friedman, holm, wilcoxon

MEANS = pd.DataFrame(np.random.default_rng(0).normal([3, 3.3, 4], 0.5, (9, 3)), columns=["a", "b", "c"])


def test_friedman_is_scipys_over_listeners_who_rated_all_makers():
    incomplete = MEANS.copy()
    incomplete.loc[3, "b"] = np.nan
    found, complete = friedman(incomplete), incomplete.dropna()
    assert found["listeners"] == 8
    assert (found["statistic"], found["p"]) == pytest.approx(
        stats.friedmanchisquare(complete.a, complete.b, complete.c)
    )


def test_friedman_worked_by_hand():
    """Three listeners who all rank a < b < c: chi² = 12 n / (k (k + 1)) sum((mean rank - 2)²) = 6."""
    ranks = pd.DataFrame([[1, 2, 3], [2, 3, 5], [1, 4, 5]], columns=["a", "b", "c"], dtype=float)
    assert friedman(ranks)["statistic"] == pytest.approx(6)


def test_too_few_makers_or_listeners_or_equal_scores_have_no_friedman_test():
    assert friedman(MEANS[["a", "b"]]) is None
    assert friedman(MEANS[:2]) is None
    assert friedman(MEANS * 0) is None


def test_wilcoxon_tests_every_pair_and_finds_no_difference_between_equal_makers():
    found = wilcoxon(MEANS.assign(d=MEANS["a"]))
    assert len(found) == 6
    same = next(row for row in found if (row["one"], row["other"]) == ("a", "d"))
    assert (same["p"], same["difference"]) == (1.0, 0.0)
    assert all(row["p_holm"] >= row["p"] for row in found)


def test_holm_worked_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
