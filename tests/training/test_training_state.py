from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.training.small import CONFIG
from waveloom.training.config import Failures
from waveloom.training.history import MAX_ROWS, RECENT_ROWS, THINNED_ROWS
from waveloom.training.training_state import TrainingState, from_arrays


def state(*distances):
    """A validation at every step with its distance, and weights that hold its number."""
    training = TrainingState()
    for number, distance in enumerate(distances, 1):
        training.add_step(number, {"discriminator_loss": 1.0, "generator_loss": 2.0})
        training.add_validation(distance, {}, [np.array([number])])
    return training


def test_the_weights_of_the_smallest_distance_are_stored():
    assert state(3.0, 1.0, 2.0).best_weights == [np.array([2])]


def test_of_equal_distances_the_first_is_stored():
    assert state(3.0, 1.0, 1.0).best_weights == [np.array([2])]


@pytest.mark.parametrize(("distances", "stops"), [((3, 1, 2), False), ((3, 1, 2, 2), True), ((3, 1, 2, 0.5), False)])
def test_patience_counts_the_validations_since_the_best(distances, stops):
    ending = state(*distances).reason_to_stop(replace(CONFIG, patience=2))
    assert ending == ("no better validation distance for 2 validations" if stops else "")


def test_the_steps_and_the_minutes_are_limits():
    training = state(*range(12))
    assert training.reason_to_stop(CONFIG) == "train.steps reached"
    training = state(1.0)
    training.seconds, training.cpu_seconds = 61, 121
    assert training.reason_to_stop(replace(CONFIG, minutes=1.0)) == "train.minutes over"
    assert training.reason_to_stop(replace(CONFIG, cpu_minutes=2.0)) == "train.cpu_minutes over"
    assert training.reason_to_stop(replace(CONFIG, cpu_minutes=2.1)) == ""
    assert training.reason_to_stop(CONFIG) == ""


def test_progress_is_that_of_the_limit_that_ends_first():
    training = state(*range(3))
    assert training.progress(replace(CONFIG, steps=12)) == 0.25
    training.seconds, training.cpu_seconds = 30, 90
    assert training.progress(replace(CONFIG, steps=12, minutes=1.0)) == 0.5
    assert training.progress(replace(CONFIG, steps=12, minutes=1.0, cpu_minutes=2.0)) == 0.75
    assert training.progress(replace(CONFIG, steps=12, cpu_minutes=1.0)) == 1.0


@pytest.mark.parametrize(("policy", "ending"), [("warn", ""), ("stop", "failure: silence")])
def test_a_failure_ends_it_only_with_the_policy_stop(policy, ending):
    training = state(1.0)
    training.failures = {"silence": "100% of the generated clips are silent"}
    assert training.reason_to_stop(replace(CONFIG, failures=Failures(silence=policy))) == ending


@pytest.mark.parametrize("training", [TrainingState(), state(3.0, 1.0)])
def test_a_checkpoint_stores_all_of_it(training):
    training.failures, training.seconds = ({"hiss": "it is, is it?"} if training.history else {}), 12.5
    training.cpu_seconds = 20.5
    again = from_arrays(training.arrays())
    assert again == training or again.best_weights[0] == training.best_weights[0]
    assert (again.history, again.failures) == (training.history, training.failures)
    assert (again.seconds, again.cpu_seconds) == (12.5, 20.5)


class OnlyTheLastRow(list):
    """A history of which only the last row may be read."""

    def __iter__(self):
        raise AssertionError("the whole history is read")

    def __getitem__(self, index):
        assert index == -1
        return super().__getitem__(index)


@pytest.mark.parametrize("count", [3, 3000])
def test_the_reason_to_stop_is_found_without_reading_the_history(count):
    training = state(*range(count, 0, -1), 5.0)
    training.history = OnlyTheLastRow(training.history)
    assert (
        training.reason_to_stop(replace(CONFIG, steps=10_000, patience=1))
        == "no better validation distance for 1 validations"
    )
    assert training.reason_to_stop(replace(CONFIG, steps=10_000, patience=2)) == ""
    assert (training.last_step, training.best_step, training.progress(replace(CONFIG, steps=2 * (count + 1)))) == (
        count + 1,
        count,
        0.5,
    )


def long_training(steps, every):
    """A long training with a validation every `every` steps, of which the third is the best."""
    training, distances = TrainingState(), iter([3.0, 2.0, 1.0])
    for step in range(1, steps + 1):
        training.add_step(step, {"discriminator_loss": float(step), "generator_loss": -float(step)})
        if step % every == 0:
            training.add_validation(next(distances, 5.0), {}, [np.array([step])])
        assert len(training.history) <= MAX_ROWS
    return training


def test_a_training_of_ordinary_length_has_every_row():
    training = long_training(MAX_ROWS, every=7)
    assert training.table()["step"].tolist() == list(range(1, MAX_ROWS + 1))
    assert training.best_step == 21


@pytest.mark.parametrize("every", [1, 250, 1000])
def test_the_history_of_a_million_steps_is_bounded(every):
    steps = 1_000_000 if every == 250 else 200_000
    training = long_training(steps, every)
    table, validated = training.table(), pd.Series(training.validations)
    assert table["step"].is_monotonic_increasing
    assert table["step"].iloc[[0, -1]].tolist() == [1, steps]
    assert table["step"].tolist()[-RECENT_ROWS:] == list(range(steps - RECENT_ROWS + 1, steps + 1))
    assert (table["discriminator_loss"] == table["step"]).all()
    assert np.diff(table["step"]).max() < 2 * steps / THINNED_ROWS * 2  # evenly spaced
    assert (training.best_step, training.best_distance, training.validations_since_best, training.best_weights) == (
        3 * every,
        1.0,
        steps // every - 3,
        [np.array([3 * every])],
    )
    assert validated[3 * every] == 1.0
    assert len(validated) >= min(steps // every, THINNED_ROWS // 2)
    assert sum(values.nbytes for values in training.arrays().values()) < 1_000_000


def test_a_resumed_long_training_continues_as_if_it_had_not_stopped():
    whole, half = long_training(90_000, 250), from_arrays(long_training(45_000, 250).arrays())
    for step in range(45_001, 90_001):
        half.add_step(step, {"discriminator_loss": float(step), "generator_loss": -float(step)})
        if step % 250 == 0:
            half.add_validation(5.0, {}, [np.array([step])])
    pd.testing.assert_frame_equal(half.table(), whole.table())
    assert (half.best_step, half.validations_since_best) == (whole.best_step, whole.validations_since_best)


def test_the_best_step_is_found_in_a_history_that_comes_without_it():
    rows = state(3.0, 1.0, 2.0, 1.0).history
    assert (
        TrainingState(rows).best_step,
        TrainingState(rows).best_distance,
        TrainingState(rows).validations_since_best,
    ) == (2, 1.0, 2)
