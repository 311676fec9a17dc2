from dataclasses import replace

import numpy as np
import pytest

from tests.training.small import RULES
from waveloom.training.course import Course, from_arrays
from waveloom.training.rules import Failures


def course(*distances, every=1):
    """A look at every step: its distance, and weights that are its number."""
    gone = Course()
    for number, distance in enumerate(distances, 1):
        gone.add(number, {"critic_loss": 1.0, "generator_loss": 2.0})
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
