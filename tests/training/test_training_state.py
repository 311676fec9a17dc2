from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.training.small import RULES
from waveloom.training.config import Failures
from waveloom.training.training_state import RECENT, THIN, WHOLE, Course, from_arrays


def course(*distances, every=1):
    """A look at every step: its distance, and weights that are its number."""
    gone = Course()
    for number, distance in enumerate(distances, 1):
        gone.add(number, {"discriminator_loss": 1.0, "generator_loss": 2.0})
        gone.look(distance, {}, [np.array([number])])
    return gone


def test_the_weights_of_the_nearest_look_are_kept():
    assert course(3.0, 1.0, 2.0).best == [np.array([2])]


def test_of_equally_near_looks_the_first_is_kept():
    assert course(3.0, 1.0, 1.0).best == [np.array([2])]


@pytest.mark.parametrize(("distances", "over"), [((3, 1, 2), False), ((3, 1, 2, 2), True), ((3, 1, 2, 0.5), False)])
def test_patience_counts_the_looks_since_the_nearest(distances, over):
    ending = course(*distances).ending(replace(RULES, patience=2))
    assert ending == ("no better validation distance for 2 looks" if over else "")


def test_the_steps_and_the_minutes_are_budgets():
    gone = course(*range(12))
    assert gone.ending(RULES) == "train.steps reached"
    gone = course(1.0)
    gone.seconds, gone.cpu_seconds = 61, 121
    assert gone.ending(replace(RULES, minutes=1.0)) == "train.minutes over"
    assert gone.ending(replace(RULES, cpu_minutes=2.0)) == "train.cpu_minutes over"
    assert gone.ending(replace(RULES, cpu_minutes=2.1)) == ""
    assert gone.ending(RULES) == ""


def test_the_share_that_is_over_is_of_the_budget_that_ends_first():
    gone = course(*range(3))
    assert gone.share(replace(RULES, steps=12)) == 0.25
    gone.seconds, gone.cpu_seconds = 30, 90
    assert gone.share(replace(RULES, steps=12, minutes=1.0)) == 0.5
    assert gone.share(replace(RULES, steps=12, minutes=1.0, cpu_minutes=2.0)) == 0.75
    assert gone.share(replace(RULES, steps=12, cpu_minutes=1.0)) == 1.0


@pytest.mark.parametrize(("policy", "ending"), [("warn", ""), ("stop", "failure: silence")])
def test_a_failure_ends_it_only_where_the_rules_say_so(policy, ending):
    gone = course(1.0)
    gone.failures = {"silence": "100% of the generated clips are silent"}
    assert gone.ending(replace(RULES, failures=Failures(silence=policy))) == ending


@pytest.mark.parametrize("gone", [Course(), course(3.0, 1.0)])
def test_a_checkpoint_holds_all_of_it(gone):
    gone.failures, gone.seconds = ({"hiss": "it is, is it?"} if gone.history else {}), 12.5
    gone.cpu_seconds = 20.5
    again = from_arrays(gone.arrays())
    assert again == gone or again.best[0] == gone.best[0]
    assert (again.history, again.failures) == (gone.history, gone.failures)
    assert (again.seconds, again.cpu_seconds) == (12.5, 20.5)


class OnlyTheLastRow(list):
    """A history of which nothing but its last row may be read."""

    def __iter__(self):
        raise AssertionError("the whole history is read")

    def __getitem__(self, place):
        assert place == -1
        return super().__getitem__(place)


@pytest.mark.parametrize("count", [3, 3000])
def test_whether_to_end_is_decided_without_reading_the_history(count):
    gone = course(*range(count, 0, -1), 5.0)
    gone.history = OnlyTheLastRow(gone.history)
    assert gone.ending(replace(RULES, steps=10_000, patience=1)) == "no better validation distance for 1 looks"
    assert gone.ending(replace(RULES, steps=10_000, patience=2)) == ""
    assert (gone.done, gone.nearest, gone.share(replace(RULES, steps=2 * (count + 1)))) == (count + 1, count, 0.5)


def long_course(steps, every):
    """A long training with a validation every so many steps, nearest at the third."""
    gone, distances = Course(), iter([3.0, 2.0, 1.0])
    for step in range(1, steps + 1):
        gone.add(step, {"discriminator_loss": float(step), "generator_loss": -float(step)})
        if step % every == 0:
            gone.look(next(distances, 5.0), {}, [np.array([step])])
        assert len(gone.history) <= WHOLE
    return gone


def test_of_a_training_of_ordinary_length_every_row_is_there():
    gone = long_course(WHOLE, every=7)
    assert gone.table()["step"].tolist() == list(range(1, WHOLE + 1))
    assert gone.nearest == 21


@pytest.mark.parametrize("every", [1, 250, 1000])
def test_a_million_steps_take_no_more_room_than_a_hundred_thousand(every):
    steps = 1_000_000 if every == 250 else 200_000
    gone = long_course(steps, every)
    table, validated = gone.table(), pd.Series(gone.looks)
    assert table["step"].is_monotonic_increasing
    assert table["step"].iloc[[0, -1]].tolist() == [1, steps]
    assert table["step"].tolist()[-RECENT:] == list(range(steps - RECENT + 1, steps + 1))
    assert (table["discriminator_loss"] == table["step"]).all()
    assert np.diff(table["step"]).max() < 2 * steps / THIN * 2  # nowhere a gap
    assert (gone.nearest, gone.smallest, gone.since, gone.best) == (
        3 * every,
        1.0,
        steps // every - 3,
        [np.array([3 * every])],
    )
    assert validated[3 * every] == 1.0
    assert len(validated) >= min(steps // every, THIN // 2)
    assert sum(values.nbytes for values in gone.arrays().values()) < 1_000_000


def test_a_resumed_long_training_continues_as_if_it_had_not_stopped():
    whole, half = long_course(90_000, 250), from_arrays(long_course(45_000, 250).arrays())
    for step in range(45_001, 90_001):
        half.add(step, {"discriminator_loss": float(step), "generator_loss": -float(step)})
        if step % 250 == 0:
            half.look(5.0, {}, [np.array([step])])
    pd.testing.assert_frame_equal(half.table(), whole.table())
    assert (half.nearest, half.since) == (whole.nearest, whole.since)


def test_a_history_without_a_summary_is_summarised():
    rows = course(3.0, 1.0, 2.0, 1.0).history
    assert (Course(rows).nearest, Course(rows).smallest, Course(rows).since) == (2, 1.0, 2)
