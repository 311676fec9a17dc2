"""Results of a study: mean opinions or preferences, with confidence intervals and tests."""

from collections import Counter
from typing import Any

import pandas as pd

from waveloom.listening.agreement import alpha_ordinal
from waveloom.listening.config import Listen
from waveloom.listening.intervals import mean_with_intervals
from waveloom.listening.mean_opinion_score import NOBODY
from waveloom.listening.ratings import REASONS, Ratings, counted_answers, exclusions
from waveloom.listening.significance_tests import friedman, wilcoxon


def summarise(ratings: Ratings, config: Listen) -> dict[str, Any]:
    """Summarise a study: numbers of listeners and ratings, exclusions, agreement, and mean scores or preferences.

    Without counted ratings, the result only says so.
    """
    excluded = exclusions(ratings)
    answers = counted_answers(ratings, excluded)
    reasons = Counter(excluded.values())
    summary: dict[str, Any] = {
        "kind": ratings.kind,
        "listeners": int(answers["listener"].nunique()),
        "ratings": len(answers),
        "excluded": {reason: reasons[reason] for reason in REASONS},
        "seed": config.seed,
        "draws": config.draws,
    }
    if not len(answers):
        return {**summary, "result": NOBODY}
    grid = answers.pivot(index="listener", columns="stimulus", values="score").to_numpy(float)
    result = _opinions(answers, config) if ratings.kind == "acr" else _preferences(answers, ratings.kind, config)
    return {**summary, "alpha": alpha_ordinal(grid), **result}


def _opinions(answers: pd.DataFrame, config: Listen) -> dict[str, Any]:
    means = answers.pivot_table(index="listener", columns="first", values="score", aggfunc="mean")
    by_maker = answers.groupby("first")
    opinions = {str(maker): mean_with_intervals(rows, config.draws, config.seed) for maker, rows in by_maker}
    return {"result": opinions, "friedman": friedman(means), "wilcoxon": wilcoxon(means)}


def _preferences(answers: pd.DataFrame, kind: str, config: Listen) -> dict[str, Any]:
    """For each pair of makers, the preference for the alphabetically later one, whatever the order of presentation."""
    swapped = answers["first"] > answers["second"]
    score = answers["score"].where(~swapped, -answers["score"])
    one = answers["first"].where(~swapped, answers["second"])
    other = answers["second"].where(~swapped, answers["first"])
    if kind == "ab":
        score = (score + 1) / 2  # the share that prefers the other
    results = []
    for (maker, other_maker), rows in answers.assign(score=score, one=one, other=other).groupby(["one", "other"]):
        result = {"one": maker, "other": other_maker, **mean_with_intervals(rows, config.draws, config.seed)}
        results.append(result | (_binomial(rows) if kind == "ab" else {}))
    return {"result": results}


def _binomial(rows: pd.DataFrame) -> dict[str, Any]:
    """Exact binomial test of equal preference, with Clopper and Pearson's interval; assumes independent answers."""
    from scipy.stats import binomtest

    test = binomtest(int(rows["score"].sum()), len(rows))
    interval = test.proportion_ci(0.95, "exact")
    return {"binomial_p": float(test.pvalue), "binomial_interval": (float(interval.low), float(interval.high))}
