"""Playing the game from the last checkpoint to its end."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import numpy as np

from waveloom.config.errors import InputError
from waveloom.training import checkpoint
from waveloom.training.batches import Encoded, batches
from waveloom.training.callbacks import Watch
from waveloom.training.config import Train
from waveloom.training.distribution import Crew
from waveloom.training.failures import saturated
from waveloom.training.forecast import STEPS, forecast
from waveloom.training.game import Game
from waveloom.training.progress import progress
from waveloom.training.recovery import forget_good, keep_good, roll_back
from waveloom.training.training_state import Course, from_arrays
from waveloom.training.validation import Validation

log = logging.getLogger(__name__)


class NotNumbersError(Exception):
    """A loss or a sound is NaN or infinite."""


@dataclass
class Session:
    """One training on its way: everything that plays a part in it, and the `course` it has taken so far.

    Only the chief of `crew` looks and saves checkpoints, in `folder`; all end when it does. It looks after the first
    step too if `early`: a generator that remembers sounds may be at its best there.
    """

    game: Game
    clips: Encoded
    rules: Train
    folder: Path
    validation: Validation | None
    watch: Watch
    crew: Crew
    early: bool = False
    course: Course = field(default_factory=Course)

    def play(self) -> Course:
        """Train until the rules say it is enough; gives the course it took."""
        self._resume()
        self.train_step = self.crew.join(self.game)
        over = self._over()
        if not over and not self.course.done:
            self._keep_good()
        if not over:
            self._foretell()
        while not over:
            self._go_on()
            over = self._over()
        forget_good(self.folder)
        self.watch.end()
        return self.course

    def _resume(self) -> None:
        """Restore the chief's newest whole checkpoint, if there is one; only the chief remembers the course before."""
        step, state = (checkpoint.latest(self.folder) if self.crew.chief else None) or (-1, {})
        step = self.crew.number(step)
        if step < 0:
            return
        if self.crew.chief:
            _check(self.game, state, f"The checkpoint of step {step} in {self.folder}")
        self.game.restore(self.crew.heard({name: state.get(name, own) for name, own in self.game.state().items()}))
        log.info("Resuming after step %d, the last checkpoint.", step)
        gone = Course([{"step": step, "validation_distance": math.nan}])
        self.course = from_arrays(state) if self.crew.chief else gone

    def _over(self) -> bool:
        """Whether the chief says that it is enough."""
        return bool(self.crew.number(bool(self.course.ending(self.rules))))

    def _foretell(self) -> None:
        """Say what is left to do, and how long it will take."""
        sample = lambda *given: self.game.sample(*given).numpy()  # noqa: E731
        look = partial(self.validation.measure, sample) if self.validation else None
        begin = self.course.done + 1
        stream = self._stream(range(begin, begin + STEPS + 1))
        found = forecast(self.game, self.train_step, stream, self.rules, self.course, look, self.early)
        log.info("%s.", found.sentence)
        self.watch.forecast(found.numbers)

    def _stream(self, steps: range) -> Any:
        """This machine's share of the batches of `steps`."""
        turns, again = self.game.teaching.updates, len(self.course.roll_backs)
        share, rules = partial(self.crew.rows, turns=turns), self.rules
        return batches(self.clips, rules.batch_size * turns, rules.balance, rules.seed, steps, share, again)

    def _go_on(self) -> None:
        """Train from where the course is to the end, or to the first failure that rolls it back."""
        course, last = self.course, self.rules.steps
        began, spent = monotonic() - course.seconds, process_time() - course.cpu_seconds
        with progress(course.share(self.rules), last) as report:
            for number, real, labels in self._stream(range(course.done + 1, last + 1)):
                step = int(number)
                wrong = self._round(step, number, real, labels)
                course.seconds, course.cpu_seconds = monotonic() - began, process_time() - spent
                if wrong:
                    self._roll_back(step, wrong)
                    break
                report(step, course.share(self.rules), course.losses)
                over = self._over()
                if self.crew.chief and (over or _due(step, self.rules.checkpoint_every, last)):
                    state = {**self.game.state(), **course.arrays()}
                    checkpoint.save(self.folder, step, state, self.rules.keep_checkpoints)
                if over:
                    log.info("Training ended after step %d: %s.", step, course.ending(self.rules) or "the chief did")
                    break

    def _round(self, step: int, number: Any, real: Any, labels: Any) -> str:
        """Play one round, and look if it is time; gives what calls for a roll back, if anything."""
        try:
            self.course.add(step, _finite(self.train_step(number, real, labels)))
            self.watch.losses(step, self.course.losses)
            first = self.early and step == 1
            looked = bool(self.validation) and (first or _due(step, self.rules.validate_every, self.rules.steps))
            if looked:
                self._look()
        except NotNumbersError as problem:
            return _broken(f"{problem} at step {step}", self.course, self.rules)
        wrong = self.course.wrong(self.rules) if looked else ""
        unheard = not self.validation and _due(step, self.rules.checkpoint_every, self.rules.steps)
        if not wrong and (looked or unheard):
            self._keep_good()
        return wrong

    def _look(self) -> None:
        """Hear the averaged generator: how far it is from held-out clips, and what is wrong with it."""
        assert self.validation
        course, rules = self.course, self.rules
        sounds, distance, found = self.validation.measure(self._sounds)
        recent = [
            row for row in course.history[-rules.validate_every :] if row["step"] > course.done - rules.validate_every
        ]
        found |= saturated(np.array([row["discriminator_loss"] for row in recent]))
        found = {name: said for name, said in found.items() if getattr(rules.failures, name) != "ignore"}
        for name, said in found.items():
            log.warning("Step %d: %s: %s.", course.done, name.replace("_", " "), said)
        course.look(distance, found, self.game.kept())
        self.watch.preview(course.done, sounds, self.validation.known.store.rate_hz, distance)
        self.watch.failures(course.done, found)

    def _sounds(self, noise: np.ndarray, labels: np.ndarray) -> np.ndarray:
        sounds = self.game.sample(noise, labels).numpy()
        if not np.isfinite(sounds).all():
            raise NotNumbersError("The generator's sounds became nan")
        return sounds

    def _keep_good(self) -> None:
        keep_good(self.folder, self.game, self.course, self.rules)

    def _roll_back(self, step: int, why: str) -> None:
        """Go back from `step` to the last good state."""
        self.course = roll_back(self.folder, self.game, self.course, step, why)
        self.watch.rolled_back(len(self.course.roll_backs), self.course.roll_backs[-1].sentence)


def _check(game: Game, state: Mapping[str, np.ndarray], what: str) -> None:
    for name, variable in game.variables().items():
        held = state[name].shape if name in state else "absent"
        if held != tuple(variable.shape):
            raise InputError(
                f"{what} is of another training: {name} is {held} there, {tuple(variable.shape)} here. "
                "Put the right one back, or remove the folder to begin anew."
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
        f"{problem}; training cannot go on.{tried} Lower optimiser.generator_rate and optimiser.discriminator_rate in "
        "train.overrides, change the objective, or set train.failures.nan to roll_back."
    )


def _due(step: int, every: int, last: int) -> bool:
    return step == last or step % every == 0
