"""Roll back: return to the last good state after a failure, and train on from there at a lower learning rate.

The game then draws other batches and other noise.
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
    """Store this state, in which no failure was found, in place of the one before, if a failure may roll back."""
    if config.failures.any_rolls_back:
        arrays = {**game.state(), **state.arrays()}
        checkpoint.save(_good(folder), state.last_step, arrays, keep=1, newest=True)


def roll_back(folder: Path, game: BaseGame, state: TrainingState, step: int, why: str) -> TrainingState:
    """Return from `step` to the last good state, which becomes the newest checkpoint; returns it.

    Later checkpoints are removed, so that a training that is killed now resumes from the good state.
    """
    found = checkpoint.latest(_good(folder))
    if found is None:
        raise InputError(f"No good state is left to roll back to in {_good(folder)}; remove {folder} to begin anew.")
    good_step, arrays = found
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
    shutil.rmtree(_good(folder), ignore_errors=True)


def _good(folder: Path) -> Path:
    return folder / "good"
