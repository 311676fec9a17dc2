"""What every file of games/ must satisfy; a new file is tested automatically."""

import inspect

import pytest

from waveloom.config import plugins
from waveloom.training import games
from waveloom.training.game import BaseGame


@pytest.fixture(params=plugins.available(games))
def game(request):
    return plugins.load(games, request.param).Game


def test_a_game_is_created_from_config_networks_and_average(game):
    assert issubclass(game, BaseGame)
    assert list(inspect.signature(game).parameters) == ["config", "networks", "average"]


def test_its_training_step_is_compiled_takes_a_batch_and_is_short(game):
    step = game.train_step.python_function
    assert list(inspect.signature(step).parameters) == ["self", "step", "batch"]
    assert len(inspect.getsourcelines(step)[0]) <= 20
