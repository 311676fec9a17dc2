from dataclasses import replace

import numpy as np
import pytest

from tests.training import small
from waveloom.training.batches import Sampling, batches
from waveloom.training.forecast import Forecast, forecast, remaining_validations
from waveloom.training.strategy import SingleDevice
from waveloom.training.task import create_task
from waveloom.training.train import create_game, encoded_clips
from waveloom.training.training_state import TrainingState


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forecast")
    clips = small.store(folder / "clips")
    config = small.CONFIG
    task = create_task(clips, small.table(clips), small.recipe(), config)
    sampling = Sampling(config.batch_size, config.balance, config.seed)
    stream = batches(encoded_clips(task, folder / "clips.f32"), sampling, range(1, 5), lambda rows: rows)
    game, _ = create_game(task, config, None, SingleDevice())
    return game, game.train_step, stream


def after(steps):
    state = TrainingState()
    for step in range(1, steps + 1):
        state.add_step(step, {"discriminator_loss": 1.0, "generator_loss": 1.0})
    return state


def test_it_leaves_the_game_unchanged_to_the_bit(training):
    game = training[0]
    before = game.state()
    forecast(*training, small.CONFIG, TrainingState(), None)
    for name, value in game.state().items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)


def test_it_counts_remaining_steps_validations_and_parameters(training):
    validated = []
    found = forecast(*training, small.CONFIG, after(5), lambda: validated.append(1))
    assert (found.steps, found.validations, validated) == (7, 2, [1])
    assert found.generator_parameters == 2 * 4 + (4 + 4) * 8 + 8 + 8 * 256 + 256  # one vector per label
    assert found.minutes * 60 == pytest.approx(7 / found.steps_per_second, abs=0.1)
    assert found.peak_memory_mb > found.state_mb > 0


def test_a_time_limit_bounds_it(training):
    assert forecast(*training, replace(small.CONFIG, steps=10**9, minutes=3.0), TrainingState(), None).minutes == 3


@pytest.mark.parametrize(
    ("done", "every", "steps", "first", "left"),
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
def test_validations_are_counted_every_few_steps_at_the_end_and_perhaps_after_the_first(
    done, every, steps, first, left
):
    assert remaining_validations(done, every, steps, first) == left


def test_the_sentence_names_steps_time_and_parameters():
    sentence = Forecast(2.0, 90.0, 10800, 43, 1000, 20000, 0.5, 900.0).sentence
    assert sentence.startswith(
        "10800 steps and 43 validations to go, about 90 min at 2 steps a second; generator 1,000"
    )
