import json

import pytest

from tests.listening.studies import answer, small, sorted_ids
from waveloom.listening import study
from waveloom.listening.mean_opinion_score import mean_opinion_score
from waveloom.listening.ratings import read
from waveloom.listening.result_lines import result_lines
from waveloom.listening.results import summarise

GOOD = {"one": 3, "real": 5, "anchor": 1}


def by_maker(scores):
    return lambda item: scores[item.makers[0]]


def test_without_ratings_nothing_is_measured(tmp_path):
    engine, config, *_ = small(tmp_path)
    study.join(engine, "first", "ann")
    summary = summarise(read(engine, "first"), config)
    assert next(result_lines(summary)) == "MOS: not measured (0 listeners)"
    assert summary["excluded"]["incomplete"] == 1
    nobody = {"generated": "not measured (0 listeners)"}
    assert mean_opinion_score({"first": summary}, "one") == mean_opinion_score({}, "one") == nobody


def test_mean_opinions_of_given_ratings(tmp_path):
    engine, config, items, _ = small(tmp_path)
    for name, shift in (("ann", 0), ("bob", 1), ("cid", 0)):
        answer(engine, name, lambda item, shift=shift: min(5, GOOD[item.makers[0]] + shift), items)
    summary = summarise(read(engine, "first"), config)
    assert summary["listeners"] == 3
    assert {maker: score["mean"] for maker, score in summary["result"].items()} == pytest.approx(
        {"one": 10 / 3, "real": 5, "anchor": 4 / 3}
    )
    assert summary["result"]["one"]["ratings"] == 12
    row = mean_opinion_score({"first": summary}, "one")
    assert row["generated"] == pytest.approx(10 / 3)
    assert (row["low"], row["high"]) == pytest.approx((3, 4))
    assert (row["real"], row["listeners"], row["ratings"], row["study"]) == (5, 3, 12, "first")
    assert mean_opinion_score({"first": summary}, "two") == {"generated": "not measured (0 listeners)"}
    assert json.loads(json.dumps(summary, allow_nan=False)) == json.loads(json.dumps(summary))


def test_the_study_with_most_ratings_is_used():
    opinion = {"mean": 4.0, "ratings": 4, "clustered_interval": None}
    small = {"kind": "acr", "listeners": 1, "excluded": {}, "alpha": None, "result": {"one": opinion}}
    large = {**small, "result": {"one": {**opinion, "mean": 2.0, "ratings": 9}}}
    row = mean_opinion_score({"a": small, "b": large, "c": {**large, "kind": "ab", "result": []}}, "one")
    assert (row["generated"], row["study"]) == (2.0, "b")
    assert row["low"] == row["alpha"] == "not measured: one listener or one sound"


def test_excluded_listeners_are_counted_by_reason_and_not_averaged(tmp_path):
    engine, config, items, _ = small(tmp_path)
    answer(engine, "good", by_maker(GOOD), items)
    answer(engine, "deaf", by_maker(GOOD), items, qualified=False)
    answer(engine, "flat", lambda _: 5, items)
    study.join(engine, "first", "idle")
    trap = next(n for n, item in enumerate(items) if item.expected is not None)
    for number, stimulus in enumerate(sorted_ids(engine)):
        study.join(engine, "first", "hasty")
        study.rate(engine, "hasty", stimulus, items[trap].expected % 5 + 1 if number == trap else 2 + number % 3)
    summary = summarise(read(engine, "first"), config)
    assert summary["excluded"] == {"not qualified": 1, "failed a trap": 1, "incomplete": 1, "straight-lining": 1}
    assert summary["listeners"] == 1
    assert summary["result"]["one"]["mean"] == 3


@pytest.mark.parametrize(("kind", "value"), [("ab", 1), ("cmos", 2)])
def test_preferences_do_not_depend_on_the_order_of_presentation(tmp_path, kind, value):
    """Three listeners prefer the real sound, in either order; one prefers the other sound."""
    engine, config, items, _ = small(tmp_path, kind, sounds=6)
    assert len({item.makers for item in items}) == 3  # both orders, and the trap
    for name, sign in (("ann", 1), ("bob", 1), ("cid", 1), ("dan", -1)):
        answer(engine, name, lambda item, s=sign: s * value * (1 if item.makers[1] == "real" else -1), items)
    (found,) = summarise(read(engine, "first"), config)["result"]
    assert (found["one"], found["other"], found["ratings"]) == ("one", "real", 24)
    assert found["mean"] == pytest.approx(0.75 if kind == "ab" else 1.0)
    if kind == "ab":
        assert found["binomial_p"] == pytest.approx(0.0227, abs=1e-3)  # 18 of 24 and 6 of 24, by the binomial sum
        assert found["clustered_interval"][0] < found["binomial_interval"][0]


def test_makers_that_differ_for_all_listeners_are_significantly_different(tmp_path):
    engine, config, items, _ = small(tmp_path)
    for n in range(8):
        answer(engine, f"listener {n}", by_maker(GOOD), items)
    summary = summarise(read(engine, "first"), config)
    assert summary["friedman"]["p"] < 0.001
    assert all(row["p_holm"] < 0.05 for row in summary["wilcoxon"])
    assert summary["alpha"] == pytest.approx(1)
    assert any("Friedman" in line for line in result_lines(summary))
