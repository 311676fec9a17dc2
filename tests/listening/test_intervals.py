import numpy as np
import pandas as pd
import pytest

from waveloom.listening.intervals import bootstrap_interval, mean_with_intervals, t_interval


def crossed(listeners, clips, spread_of_listeners, spread_of_clips, seed=0):
    """Every listener rates every clip; scores have listener and clip effects."""
    draw = np.random.default_rng(seed)
    listener, quality = draw.normal(0, spread_of_listeners, (listeners, 1)), draw.normal(0, spread_of_clips, (1, clips))
    scores = 3 + listener + quality + draw.normal(0, 0.3, (listeners, clips))
    rows, columns = np.indices(scores.shape)
    return pd.DataFrame({"listener": rows.ravel(), "stimulus": columns.ravel(), "score": scores.ravel()})


def width(interval):
    return interval[1] - interval[0]


def test_the_interval_of_p800_on_scores_worked_by_hand():
    low, high = t_interval(np.array([1.0, 2, 3, 4, 5]))  # mean 3, s = sqrt(2.5), t(0.975, 4) = 2.776
    assert (low, high) == pytest.approx((3 - 2.7764 * np.sqrt(0.5), 3 + 2.7764 * np.sqrt(0.5)), abs=1e-3)


def test_one_score_has_no_interval():
    assert t_interval(np.array([4.0])) is None
    assert bootstrap_interval(crossed(1, 8, 1, 1), 100, 0) is None
    assert bootstrap_interval(crossed(8, 1, 1, 1), 100, 0) is None


@pytest.mark.parametrize(("people", "clips"), [(1.0, 0.0), (0.0, 1.0), (0.7, 0.7)])
def test_the_bootstrap_interval_is_much_wider_for_correlated_ratings(people, clips):
    answers = crossed(12, 12, people, clips)
    assert width(bootstrap_interval(answers, 1000, 0)) > 2 * width(t_interval(answers["score"].to_numpy()))


def test_the_bootstrap_interval_has_about_its_nominal_coverage():
    """Of 100 studies with other listeners and clips, about 95 intervals must contain the true mean."""
    clustered = [bootstrap_interval(crossed(12, 12, 0.7, 0.7, seed), 400, 0) for seed in range(100)]
    naive = [t_interval(crossed(12, 12, 0.7, 0.7, seed)["score"].to_numpy()) for seed in range(100)]
    assert sum(low <= 3 <= high for low, high in clustered) >= 85
    assert sum(low <= 3 <= high for low, high in naive) <= 70


def test_missing_ratings_are_ignored():
    answers = crossed(6, 6, 0.5, 0.5)[::2]
    found = mean_with_intervals(answers, 400, 0)
    assert found["ratings"] == 18
    assert found["mean"] == pytest.approx(answers["score"].mean())
    assert found["clustered_interval"][0] < found["mean"] < found["clustered_interval"][1]


def test_the_same_seed_gives_the_same_interval():
    answers = crossed(6, 6, 0.5, 0.5)
    assert (
        bootstrap_interval(answers, 200, 3)
        == bootstrap_interval(answers, 200, 3)
        != bootstrap_interval(answers, 200, 4)
    )
