"""What a study says: opinions or preferences with their intervals, and how far to believe them."""

from collections import Counter
from typing import Any

import pandas as pd

from waveloom.listening.agreement import alpha_ordinal
from waveloom.listening.config import Listen
from waveloom.listening.intervals import described
from waveloom.listening.mean_opinion_score import NOBODY
from waveloom.listening.ratings import REASONS, Ratings, counted, exclusions
from waveloom.listening.significance_tests import friedman, wilcoxon


def summarise(ratings: Ratings, rules: Listen) -> dict[str, Any]:
    """Summarise a study: who counted, how far they agree, and the result of its kind, or that nobody listened."""
    excluded = exclusions(ratings)
    answers = counted(ratings, excluded)
    reasons = Counter(excluded.values())
    summary: dict[str, Any] = {
        "kind": ratings.kind,
        "listeners": int(answers["listener"].nunique()),
        "ratings": len(answers),
        "excluded": {reason: reasons[reason] for reason in REASONS},
        "seed": rules.seed,
        "draws": rules.draws,
    }
    if not len(answers):
        return {**summary, "result": NOBODY}
    grid = answers.pivot(index="listener", columns="stimulus", values="score").to_numpy(float)
    result = _opinions(answers, rules) if ratings.kind == "acr" else _preferences(answers, ratings.kind, rules)
    return {**summary, "alpha": alpha_ordinal(grid), **result}


def _opinions(answers: pd.DataFrame, rules: Listen) -> dict[str, Any]:
    means = answers.pivot_table(index="listener", columns="first", values="score", aggfunc="mean")
    opinions = {str(maker): described(rows, rules.draws, rules.seed) for maker, rows in answers.groupby("first")}
    return {"result": opinions, "friedman": friedman(means), "wilcoxon": wilcoxon(means)}


def _preferences(answers: pd.DataFrame, kind: str, rules: Listen) -> dict[str, Any]:
    """Of each two makers, how the later in the alphabet is liked against the earlier: sides are turned back first."""
    turned = answers["first"] > answers["second"]
    score = answers["score"].where(~turned, -answers["score"])
    one, other = answers["first"].where(~turned, answers["second"]), answers["second"].where(~turned, answers["first"])
    if kind == "ab":
        score = (score + 1) / 2  # the share that prefers the other
    facing = answers.assign(score=score, one=one, other=other)
    told = []
    for (left, right), rows in facing.groupby(["one", "other"]):
        found = {"one": left, "other": right, **described(rows, rules.draws, rules.seed)}
        told.append(found | (_binomial(rows) if kind == "ab" else {}))
    return {"result": told}


def _binomial(rows: pd.DataFrame) -> dict[str, Any]:
    """The exact test that both are chosen equally often (Clopper and Pearson's interval), as if choices were free."""
    from scipy.stats import binomtest

    test = binomtest(int(rows["score"].sum()), len(rows))
    interval = test.proportion_ci(0.95, "exact")
    return {"binomial_p": float(test.pvalue), "binomial_interval": (float(interval.low), float(interval.high))}
