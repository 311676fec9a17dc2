"""Confidence intervals of a mean rating, with and without correlation between ratings of one listener or clip."""

from typing import Any

import numpy as np
import pandas as pd

Interval = tuple[float, float]


def t_interval(scores: np.ndarray, level: float = 0.95) -> Interval | None:
    """Student's t interval of a mean, as in ITU-T P.800, which assumes that all ratings are independent.

    None for fewer than two scores.
    """
    from scipy.stats import t

    if len(scores) < 2:
        return None
    half = float(t.ppf((1 + level) / 2, len(scores) - 1)) * float(np.std(scores, ddof=1)) / np.sqrt(len(scores))
    return float(np.mean(scores)) - half, float(np.mean(scores)) + half


def bootstrap_interval(answers: pd.DataFrame, draws: int, seed: int, level: float = 0.95) -> Interval | None:
    """Interval of the mean of `score` by the two-way bootstrap, which resamples listeners and clips independently.

    Percentile interval of the pigeonhole bootstrap (Owen, 2007, Annals of Applied Statistics 1:386), which tends to be
    slightly too wide. `answers` has columns listener, stimulus and score. None for fewer than two listeners
    or clips.
    """
    table = answers.pivot(index="listener", columns="stimulus", values="score").to_numpy(float)
    if min(table.shape) < 2:
        return None
    random = np.random.default_rng(seed)
    listener_counts, clip_counts = (random.multinomial(size, np.full(size, 1 / size), draws) for size in table.shape)
    sums, counts = (
        ((listener_counts @ part) * clip_counts).sum(axis=1) for part in (np.nan_to_num(table), ~np.isnan(table))
    )
    means = sums[counts > 0] / counts[counts > 0]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def mean_with_intervals(answers: pd.DataFrame, draws: int, seed: int) -> dict[str, Any]:
    """The mean of `score`, both intervals, and the numbers of ratings, listeners and stimuli."""
    return {
        "mean": float(answers["score"].mean()),
        "t_interval": t_interval(answers["score"].to_numpy(float)),
        "clustered_interval": bootstrap_interval(answers, draws, seed),
        "ratings": len(answers),
        "listeners": int(answers["listener"].nunique()),
        "stimuli": int(answers["stimulus"].nunique()),
    }
