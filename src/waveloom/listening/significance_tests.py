"""Rank tests of whether the generators of a study differ."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd


def friedman(means: pd.DataFrame) -> dict[str, float] | None:
    """Friedman's test on mean ratings per listener (rows) and maker (columns); None below three of either.

    The mean of a listener is one number, so the ratings behind it need not be independent.
    """
    from scipy.stats import friedmanchisquare

    complete = means.dropna()
    if min(complete.shape) < 3 or (complete.nunique(axis=1) == 1).all():
        return None
    test = friedmanchisquare(*(complete[maker] for maker in complete))
    return {"statistic": float(test.statistic), "p": float(test.pvalue), "listeners": len(complete)}


def wilcoxon(means: pd.DataFrame) -> list[dict[str, Any]]:
    """Wilcoxon's signed-rank test of each pair of makers over listeners, p corrected by Holm's (1979) method."""
    from scipy.stats import wilcoxon as signed_rank

    tests: list[dict[str, Any]] = []
    for one, other in combinations(means.columns, 2):
        pairs = means[[one, other]].dropna()
        difference = pairs[one] - pairs[other]
        p = float(signed_rank(difference).pvalue) if (difference != 0).any() else 1.0
        mean = float(difference.mean())
        tests.append({"one": one, "other": other, "difference": mean, "listeners": len(pairs), "p": p})
    return [{**test, "p_holm": p} for test, p in zip(tests, holm([test["p"] for test in tests]), strict=True)]


def holm(p: list[float]) -> list[float]:
    """Correct p values for multiple tests by Holm's step-down method."""
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(np.minimum(1.0, np.asarray(p)[order] * np.arange(len(p), 0, -1)))
    corrected = np.empty(len(p))
    corrected[order] = stepped
    return [float(value) for value in corrected]
