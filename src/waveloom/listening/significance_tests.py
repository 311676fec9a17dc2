"""Whether the makers of sounds differ, by tests that take ratings for ranks."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd


def friedman(means: pd.DataFrame) -> dict[str, float] | None:
    """Friedman's test over listeners (rows) and makers (columns) of mean ratings; None below three of either.

    A listener's mean is one number, so the ratings behind it need not be independent.
    """
    from scipy.stats import friedmanchisquare

    whole = means.dropna()
    if min(whole.shape) < 3 or (whole.nunique(axis=1) == 1).all():
        return None
    found = friedmanchisquare(*(whole[maker] for maker in whole))
    return {"statistic": float(found.statistic), "p": float(found.pvalue), "listeners": len(whole)}


def wilcoxon(means: pd.DataFrame) -> list[dict[str, Any]]:
    """Wilcoxon's signed-rank test of each two makers over listeners, p corrected by Holm's (1979) method."""
    from scipy.stats import wilcoxon as signed_rank

    found: list[dict[str, Any]] = []
    for one, other in combinations(means.columns, 2):
        both = means[[one, other]].dropna()
        gap = both[one] - both[other]
        p = float(signed_rank(gap).pvalue) if (gap != 0).any() else 1.0
        found.append({"one": one, "other": other, "difference": float(gap.mean()), "listeners": len(both), "p": p})
    return [{**row, "p_holm": p} for row, p in zip(found, holm([row["p"] for row in found]), strict=True)]


def holm(p: list[float]) -> list[float]:
    """Correct the p of several tests for their number, step by step down from the least."""
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(np.minimum(1.0, np.asarray(p)[order] * np.arange(len(p), 0, -1)))
    corrected = np.empty(len(p))
    corrected[order] = stepped
    return [float(value) for value in corrected]
