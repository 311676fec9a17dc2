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
from waveloom.training.distribution import Crew, Step
from waveloom.training.failures import saturated
from waveloom.training.forecast import STEPS, forecast
from waveloom.training.game import Game
from waveloom.training.progress import progress
from waveloom.training.roll_back import forget_good, keep_good, roll_back
from waveloom.training.rules import Train
from waveloom.training.validation import Validation
from waveloom.training.watch import Watch

log = logging.getLogger(__name__)


class NotNumbersError(Exception):
    """A loss or a sound is NaN or infinite."""


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
    course, play_round = _resume(game, folder, crew), crew.join(game)
    over = crew.number(bool(course.ending(rules)))
    if not over and not course.done:
        keep_good(folder, game, course, rules)
    if not over:
        _foretell(game, clips, rules, course, validation, watch, crew, play_round)
    while not over:
        course = _go_on(game, clips, rules, folder, validation, watch, course, crew, play_round)
        over = crew.number(bool(course.ending(rules)))
    forget_good(folder)
    return course


def _stream(game: Game, clips: Encoded, rules: Train, course: Course, crew: Crew, steps: range) -> Any:
    """This machine's share of the batches of `steps`."""
    turns, again = game.teaching.updates, len(course.roll_backs)
    share = partial(crew.rows, turns=turns)
    return batches(clips, rules.batch_size * turns, rules.balance, rules.seed, steps, share, again)


def _foretell(
    game: Game,
    clips: Encoded,
    rules: Train,
    course: Course,
    validation: Validation | None,
    watch: Watch | None,
    crew: Crew,
    play_round: Step,
) -> None:
    """Say what is left to do, and how long it will take."""
    look = (lambda: validation.measure(lambda *given: game.sample(*given).numpy())) if validation else None
    begin = course.done + 1
    stream = _stream(game, clips, rules, course, crew, range(begin, begin + STEPS + 1))
    found = forecast(game, play_round, stream, rules, course, look)
    log.info("%s.", found.sentence)
    if watch:
        watch.forecast(found.numbers)


def _go_on(
    game: Game,
    clips: Encoded,
    rules: Train,
    folder: Path,
    validation: Validation | None,
    watch: Watch | None,
    course: Course,
    crew: Crew,
    play_round: Step,
) -> Course:
    """Train from where `course` is to the end, or to the first failure that rolls it back."""
    stream = _stream(game, clips, rules, course, crew, range(course.done + 1, rules.steps + 1))
    began, spent = monotonic() - course.seconds, process_time() - course.cpu_seconds
    with progress(course.done, rules.steps) as report:
        for number, real, labels in stream:
            step = int(number)
            try:
                course.add(step, _finite(play_round(number, real, labels)))
                wrong = _told(game, course, rules, folder, validation, watch)
            except NotNumbersError as problem:
                wrong = _broken(f"{problem} at step {step}", course, rules)
            course.seconds, course.cpu_seconds = monotonic() - began, process_time() - spent
            if wrong:
                return _back(folder, game, course, step, wrong, watch)
            report(step, course.losses)
            ending = course.ending(rules)
            ended = crew.number(bool(ending))
            if crew.chief and (ended or _due(step, rules.checkpoint_every, rules.steps)):
                checkpoint.save(folder, step, {**game.state(), **course.arrays()}, rules.keep_checkpoints)
            if ended:
                log.info("Training ended after step %d: %s.", step, ending or "the chief ended it")
                break
    return course


def _told(
    game: Game, course: Course, rules: Train, folder: Path, validation: Validation | None, watch: Watch | None
) -> str:
    """Tell the watch of a finished step, and look if it is time; gives what calls for a roll back, if anything."""
    if watch:
        watch.losses(course.done, course.losses)
    looked = validation is not None and _due(course.done, rules.validate_every, rules.steps)
    if looked and validation:
        _look(game, course, validation, rules, watch)
    wrong = course.wrong(rules) if looked else ""
    if not wrong and (looked or (not validation and _due(course.done, rules.checkpoint_every, rules.steps))):
        keep_good(folder, game, course, rules)
    return wrong


def _back(folder: Path, game: Game, course: Course, step: int, why: str, watch: Watch | None) -> Course:
    back = roll_back(folder, game, course, step, why)
    if watch:
        watch.rolled_back(len(back.roll_backs), back.roll_backs[-1].sentence)
    return back


def _look(game: Game, course: Course, validation: Validation, rules: Train, watch: Watch | None) -> None:
    """Hear the averaged generator: how far it is from held-out clips, and what is wrong with it."""
    sounds, distance, found = validation.measure(lambda noise, labels: _heard(game.sample(noise, labels).numpy()))
    recent = np.array([row["critic_loss"] for row in course.history[-rules.validate_every :]])
    found |= saturated(recent)
    found = {name: said for name, said in found.items() if getattr(rules.failures, name) != "ignore"}
    for name, said in found.items():
        log.warning("Step %d: %s: %s.", course.done, name.replace("_", " "), said)
    course.look(distance, found, game.kept())
    if watch:
        watch.preview(course.done, sounds, validation.known.store.rate_hz, distance)
        watch.failures(course.done, found)


def _heard(sounds: np.ndarray) -> np.ndarray:
    if not np.isfinite(sounds).all():
        raise NotNumbersError("The generator's sounds became nan")
    return sounds


def _resume(game: Game, folder: Path, crew: Crew) -> Course:
    """Restore the chief's newest whole checkpoint, if there is one; only the chief remembers the course before it."""
    step, state = (checkpoint.latest(folder) if crew.chief else None) or (-1, {})
    step = crew.number(step)
    if step < 0:
        return Course()
    if crew.chief:
        _check(game, state, f"The checkpoint of step {step} in {folder}")
    game.restore(crew.heard({name: state.get(name, value) for name, value in game.state().items()}))
    log.info("Resuming after step %d, the last checkpoint.", step)
    return from_arrays(state) if crew.chief else Course([{"step": step, "validation_distance": math.nan}])


def _check(game: Game, state: Mapping[str, np.ndarray], what: str) -> None:
    for name, variable in game.variables().items():
        held = state[name].shape if name in state else "absent"
        if held != tuple(variable.shape):
            raise InputError(
                f"{what} is of another training: {name} is {held} there, {tuple(variable.shape)} here. Put the right "
                "one back, or remove the folder to begin anew."
            )


def _finite(losses: Mapping[str, Any]) -> dict[str, float]:
    found = {name: float(value) for name, value in losses.items()}
    for name, value in found.items():
        if not math.isfinite(value):
            raise NotNumbersError(f"The {name.replace('_', ' ')} became {value}")
    return found


def _broken(problem: str, course: Course, rules: Train) -> str:
    """Say what to roll back for, or give up if the rules allow no roll back any more."""
    if rules.failures.nan == "roll_back" and not course.spent(rules):
        return problem
    tried = f" It was rolled back {len(course.roll_backs)} times." if course.roll_backs else ""
    raise InputError(
        f"{problem}; training cannot go on.{tried} Lower optimiser.generator_rate and optimiser.critic_rate in "
        "train.overrides, change the objective, or set train.failures.nan to roll_back."
    )


def _due(step: int, every: int, last: int) -> bool:
    return step == last or step % every == 0
