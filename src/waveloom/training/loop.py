"""Playing the game from the last checkpoint to its end."""

import logging
import math
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import numpy as np

from waveloom.errors import InputError
from waveloom.training import checkpoint
from waveloom.training.batches import Encoded, batches
from waveloom.training.course import Course, from_arrays
from waveloom.training.distribution import Crew
from waveloom.training.failures import saturated
from waveloom.training.game import Game
from waveloom.training.progress import progress
from waveloom.training.rules import Train
from waveloom.training.validation import Validation
from waveloom.training.watch import Watch

log = logging.getLogger(__name__)


def play(
    game: Game,
    clips: Encoded,
    rules: Train,
    folder: Path,
    validation: Validation | None,
    watch: Watch | None,
    crew: Crew,
) -> Course:
    """Train until the rules say it is enough, saving checkpoints in `folder`; gives the course it took.

    Only the chief of `crew` looks and saves; all end when it does.
    """
    course = _resume(game, folder, crew)
    if crew.number(bool(course.ending(rules))):
        return course
    turns, train_step = game.teaching.updates, crew.join(game)
    steps, share = range(course.done + 1, rules.steps + 1), partial(crew.rows, turns=turns)
    stream = batches(clips, rules.batch_size * turns, rules.balance, rules.seed, steps, share)
    began, spent = monotonic() - course.seconds, process_time() - course.cpu_seconds
    with progress(course.done, rules.steps) as report:
        for number, real, labels in stream:
            step = int(number)
            losses = _checked(step, train_step(number, real, labels))
            course.add(step, losses)
            report(step, losses)
            if watch:
                watch.losses(step, losses)
            if validation and _due(step, rules.validate_every, rules.steps):
                _look(game, course, validation, rules, watch)
            course.seconds, course.cpu_seconds = monotonic() - began, process_time() - spent
            ending = course.ending(rules)
            ended = crew.number(bool(ending))
            if crew.chief and (ended or _due(step, rules.checkpoint_every, rules.steps)):
                checkpoint.save(folder, step, {**game.state(), **course.arrays()}, rules.keep_checkpoints)
            if ended:
                log.info("Training ended after step %d: %s.", step, ending or "the chief ended it")
                break
    return course


def _look(game: Game, course: Course, validation: Validation, rules: Train, watch: Watch | None) -> None:
    """Hear the averaged generator: how far it is from held-out clips, and what is wrong with it."""
    sounds, distance, found = validation.measure(lambda noise, labels: game.sample(noise, labels).numpy())
    recent = np.array([row["critic_loss"] for row in course.history[-rules.validate_every :]])
    found |= saturated(recent)
    found = {name: said for name, said in found.items() if getattr(rules.failures, name) != "ignore"}
    for name, said in found.items():
        log.warning("Step %d: %s: %s.", course.done, name.replace("_", " "), said)
    course.look(distance, found, game.kept())
    if watch:
        watch.preview(course.done, sounds, validation.known.store.rate_hz, distance)
        watch.failures(course.done, found)


def _resume(game: Game, folder: Path, crew: Crew) -> Course:
    """Restore the chief's newest whole checkpoint, if there is one; only the chief remembers the course before it."""
    step, state = (checkpoint.latest(folder) if crew.chief else None) or (0, {})
    step = crew.number(step)
    if not step:
        return Course()
    game.restore(crew.heard({name: state.get(name, value) for name, value in game.state().items()}))
    log.info("Resuming after step %d, the last checkpoint.", step)
    return from_arrays(state) if crew.chief else Course([{"step": step, "validation_distance": math.nan}])


def _checked(step: int, losses: Mapping[str, Any]) -> dict[str, float]:
    found = {name: float(value) for name, value in losses.items()}
    for name, value in found.items():
        if not math.isfinite(value):
            raise InputError(
                f"The {name.replace('_', ' ')} became {value} at step {step}; training cannot go on. "
                "Lower optimiser.generator_rate and optimiser.critic_rate in train.overrides, or change the objective."
            )
    return found


def _due(step: int, every: int, last: int) -> bool:
    return step == last or step % every == 0
