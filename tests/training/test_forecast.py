from dataclasses import replace

import numpy as np
import pytest

from tests.training import small
from waveloom.training.batches import batches
from waveloom.training.distribution import Crew
from waveloom.training.forecast import Forecast, _due, forecast
from waveloom.training.task import task
from waveloom.training.train import encoded, start
from waveloom.training.training_state import Course


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forecast")
    clips = small.store(folder / "clips")
    known = task(clips, small.table(clips), small.recipe(), small.RULES)
    kept, rules = encoded(known, folder / "clips.f32"), small.RULES
    stream = batches(kept, rules.batch_size, rules.balance, rules.seed, range(1, 5), lambda rows: rows)
    game, _ = start(known, rules, None, Crew())
    return game, game.train_step, stream


def after(steps):
    gone = Course()
    for step in range(1, steps + 1):
        gone.add(step, {"discriminator_loss": 1.0, "generator_loss": 1.0})
    return gone


def test_it_leaves_the_game_as_it_was_to_the_bit(begun):
    game = begun[0]
    before = game.state()
    forecast(*begun, small.RULES, Course(), None)
    for name, value in game.state().items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)


def test_it_counts_what_is_left_and_what_the_networks_hold(begun):
    looked = []
    found = forecast(*begun, small.RULES, after(5), lambda: looked.append(1))
    assert (found.steps, found.looks, looked) == (7, 2, [1])
    assert found.generator_parameters == 2 * 4 + (4 + 4) * 8 + 8 + 8 * 256 + 256  # a vector a label
    assert found.minutes * 60 == pytest.approx(7 / found.steps_per_second, abs=0.1)
    assert found.peak_memory_mb > found.state_mb > 0


def test_a_time_budget_bounds_it(begun):
    assert forecast(*begun, replace(small.RULES, steps=10**9, minutes=3.0), Course(), None).minutes == 3


@pytest.mark.parametrize(
    ("done", "every", "steps", "early", "left"),
    [
        (0, 4, 12, False, 3),
        (4, 4, 12, False, 2),
        (0, 5, 12, False, 3),
        (10, 5, 12, False, 1),
        (0, 4, 12, True, 4),
        (1, 4, 12, True, 3),
        (0, 1, 12, True, 12),
        (0, 4, 1, True, 1),
    ],
)
def test_looks_come_at_their_steps_at_the_end_and_for_some_at_the_first(done, every, steps, early, left):
    assert _due(done, every, steps, early) == left


def test_it_is_said_in_words():
    said = Forecast(2.0, 90.0, 10800, 43, 1000, 20000, 0.5, 900.0).sentence
    assert said.startswith("10800 steps and 43 looks to go, about 90 min at 2 steps a second; generator 1,000")
