"""Roll back: return to the last good state after a failure, and continue from there at a lower learning rate.

After a roll back the game draws different batches and different noise.
"""

import logging
import shutil
from pathlib import Path

import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.training import checkpoint
from waveloom.training.config import Train
from waveloom.training.game import BaseGame
from waveloom.training.training_state import RollBack, TrainingState, from_arrays

log = logging.getLogger(__name__)


def save_good_state(folder: Path, game: BaseGame, state: TrainingState, config: Train) -> None:
    """Replace the good state by this state, in which no failure was found; nothing if no failure rolls back."""
    if config.failures.any_rolls_back:
        arrays = {**game.state(), **state.arrays()}
        checkpoint.save(_good_state_folder(folder), state.last_step, arrays, keep=1, newest=True)


def roll_back(folder: Path, game: BaseGame, state: TrainingState, step: int, why: str) -> TrainingState:
    """After `step`, restore the last good state and make it the newest checkpoint; returns that state.

    Later checkpoints are removed, so that a training that is killed now resumes from the good state.
    """
    stored = checkpoint.latest(_good_state_folder(folder))
    if stored is None:
        raise InputError(
            f"No good state is left to roll back to in {_good_state_folder(folder)}; remove {folder} to start again."
        )
    good_step, arrays = stored
    good = from_arrays(arrays)
    good.roll_backs = [*state.roll_backs, RollBack(step, good_step, why)]
    good.seconds, good.cpu_seconds = state.seconds, state.cpu_seconds
    game.restore(arrays)
    game.roll_backs.assign(tf.constant(len(good.roll_backs)))
    checkpoint.save(folder, good_step, {**game.state(), **good.arrays()}, keep=1, newest=True)
    log.warning("%s.", good.roll_backs[-1].sentence)
    return good


def remove_good_state(folder: Path) -> None:
    """Delete the good state at the end of the training."""
    shutil.rmtree(_good_state_folder(folder), ignore_errors=True)


def _good_state_folder(folder: Path) -> Path:
    return folder / "good"
