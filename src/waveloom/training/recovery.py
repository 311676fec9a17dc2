"""Going back to the last good state when something went wrong, to go on from there at a lower rate on other batches."""

import logging
import shutil
from pathlib import Path

import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.training import checkpoint
from waveloom.training.config import Train
from waveloom.training.game import Game
from waveloom.training.training_state import Course, RollBack, from_arrays

log = logging.getLogger(__name__)


def keep_good(folder: Path, game: Game, course: Course, rules: Train) -> None:
    """Keep this state, in which nothing is known to be wrong, if the rules may want it back; only the last is kept."""
    if rules.failures.any_rolls_back:
        checkpoint.save(_good(folder), course.done, {**game.state(), **course.arrays()}, keep=1, newest=True)


def roll_back(folder: Path, game: Game, course: Course, at: int, why: str) -> Course:
    """Restore, from step `at`, the last good state as the newest checkpoint, one roll back older; gives its course.

    Checkpoints that came after it are dropped, so that a training killed now goes on from here.
    """
    found = checkpoint.latest(_good(folder))
    if found is None:
        raise InputError(f"No good state is left to roll back to in {_good(folder)}; remove {folder} to begin anew.")
    step, state = found
    back = from_arrays(state)
    back.roll_backs = [*course.roll_backs, RollBack(at, step, why)]
    back.seconds, back.cpu_seconds = course.seconds, course.cpu_seconds
    game.restore(state)
    game.rolled_back.assign(tf.constant(len(back.roll_backs)))
    checkpoint.save(folder, step, {**game.state(), **back.arrays()}, keep=1, newest=True)
    log.warning("%s.", back.roll_backs[-1].sentence)
    return back


def forget_good(folder: Path) -> None:
    """Drop the good state, when training is over."""
    shutil.rmtree(_good(folder), ignore_errors=True)


def _good(folder: Path) -> Path:
    return folder / "good"
