"""The training loop: from the last checkpoint to the end, with validations, checkpoints and roll backs."""

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
from waveloom.training.batches import Batch, EncodedClips, Sampling, batches
from waveloom.training.callbacks import Callbacks
from waveloom.training.config import Train
from waveloom.training.failures import saturated
from waveloom.training.forecast import STEPS, forecast
from waveloom.training.game import BaseGame
from waveloom.training.progress import progress
from waveloom.training.recovery import remove_good_state, roll_back, save_good_state
from waveloom.training.strategy import Strategy
from waveloom.training.training_state import TrainingState, from_arrays
from waveloom.training.validation import Validates

log = logging.getLogger(__name__)


class NotFiniteError(Exception):
    """A loss or a generated clip is NaN or infinite."""


@dataclass
class TrainingLoop:
    """A running training; `state` holds its progress.

    Only the chief of `strategy` validates and saves checkpoints, in `folder`; the other machines end when it does. With
    `validates_first_step` there is a validation after the first step too: a generator that stores training sounds may
    have its smallest validation distance there.
    """

    game: BaseGame
    clips: EncodedClips
    config: Train
    folder: Path
    validation: Validates | None
    callbacks: Callbacks
    strategy: Strategy
    validates_first_step: bool = False
    state: TrainingState = field(default_factory=TrainingState)

    def run(self) -> TrainingState:
        """Resume from the last checkpoint and train until there is a reason to stop; returns the final state."""
        self._resume()
        self.train_step = self.strategy.replicated_step(self.game)
        ended = self._ended()
        if not ended:
            if not self.state.last_step:
                self._save_good_state()
            self._forecast()
        while not ended:
            self._train_until_end_or_roll_back()
            ended = self._ended()
        remove_good_state(self.folder)
        self.callbacks.end()
        return self.state

    def _resume(self) -> None:
        """Restore the chief's newest checkpoint, if there is one; only the chief restores the history."""
        step, arrays = (checkpoint.latest(self.folder) if self.strategy.is_chief else None) or (-1, {})
        step = self.strategy.broadcast_number(step)
        if step < 0:
            return
        current = self.game.state()
        if self.strategy.is_chief:
            checkpoint.check(arrays, current, f"The checkpoint of step {step} in {self.folder}")
        self.game.restore(self.strategy.broadcast({name: arrays.get(name, value) for name, value in current.items()}))
        log.info("Resuming after step %d, the last checkpoint.", step)
        no_history = TrainingState([{"step": step, "validation_distance": math.nan}])
        self.state = from_arrays(arrays) if self.strategy.is_chief else no_history

    def _ended(self) -> bool:
        """Whether the chief has a reason to stop, which ends the training on every machine."""
        return bool(self.strategy.broadcast_number(bool(self.state.reason_to_stop(self.config))))

    def _forecast(self) -> None:
        """Log the remaining steps and the expected time."""
        sample = lambda *inputs: self.game.sample(*inputs).numpy()  # noqa: E731
        validate = partial(self.validation.measure, sample) if self.validation else None
        first = self.state.last_step + 1
        stream = self._stream(range(first, first + STEPS + 1))
        found = forecast(
            self.game, self.train_step, stream, self.config, self.state, validate, self.validates_first_step
        )
        log.info("%s.", found.sentence)
        self.callbacks.forecast(found.numbers)

    def _stream(self, steps: range) -> Any:
        """This machine's rows of the batches of `steps`."""
        updates, config = self.game.updates, self.config
        sampling = Sampling(config.batch_size * updates, config.balance, config.seed, len(self.state.roll_backs))
        return batches(self.clips, sampling, steps, partial(self.strategy.rows, updates=updates))

    def _train_until_end_or_roll_back(self) -> None:
        """Run the remaining steps; end at a reason to stop, or at the first failure that requires a roll back."""
        state, config = self.state, self.config
        start, cpu_start = monotonic() - state.seconds, process_time() - state.cpu_seconds
        with progress(state.progress(config), config.steps) as report:
            for number, batch in self._stream(range(state.last_step + 1, config.steps + 1)):
                step = int(number)
                failure = self._run_step(step, number, batch)
                state.seconds, state.cpu_seconds = monotonic() - start, process_time() - cpu_start
                if failure:
                    self._roll_back(step, failure)
                    return
                report(step, state.progress(config), state.losses)
                ended = self._ended()
                self._save_checkpoint(step, ended)
                if ended:
                    log.info("Training ended after step %d: %s.", step, state.reason_to_stop(config) or "the chief did")
                    return

    def _run_step(self, step: int, number: Any, batch: Batch) -> str:
        """Run one step, and validate if it is due; returns the failure that requires a roll back, if any."""
        try:
            self.state.add_step(step, _finite(self.train_step(number, batch)))
            self.callbacks.losses(step, self.state.losses)
            validated = self._validation_due(step)
            if validated:
                self._validate()
        except NotFiniteError as problem:
            return _failure_or_error(f"{problem} at step {step}", self.state, self.config)
        failure = self.state.reason_to_roll_back(self.config) if validated else ""
        unvalidated = not self.validation and _due(step, self.config.checkpoint_every, self.config.steps)
        if not failure and (validated or unvalidated):
            self._save_good_state()
        return failure

    def _validation_due(self, step: int) -> bool:
        if not self.validation:
            return False
        return (self.validates_first_step and step == 1) or _due(step, self.config.validate_every, self.config.steps)

    def _validate(self) -> None:
        """Measure the averaged generator's distance to held-out clips, and detect failures."""
        assert self.validation
        state, config = self.state, self.config
        clips, distance, found, parts = self.validation.measure(self._sample)
        found |= self._saturated()
        found = {name: sentence for name, sentence in found.items() if getattr(config.failures, name) != "ignore"}
        for name, sentence in found.items():
            log.warning("Step %d: %s: %s.", state.last_step, name.replace("_", " "), sentence)
        state.add_validation(distance, found, self.game.model_weights(), parts)
        self.callbacks.validated(state.last_step, parts)
        self.callbacks.preview(state.last_step, clips, self.validation.task.store.rate_hz, distance)
        self.callbacks.failures(state.last_step, found)

    def _saturated(self) -> dict[str, str]:
        """The failure of a discriminator that had no loss in the steps since the last validation."""
        step, every = self.state.last_step, self.config.validate_every
        rows = [row for row in self.state.history[-every:] if row["step"] > step - every]
        losses = [row["discriminator_loss"] for row in rows if self.game.trains_discriminator(row["step"])]
        return saturated(np.array(losses)) if losses else {}

    def _sample(self, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
        clips = self.game.sample(inputs, labels).numpy()
        if not np.isfinite(clips).all():
            raise NotFiniteError("The generator's sounds became nan")
        return clips

    def _save_checkpoint(self, step: int, ended: bool) -> None:
        if self.strategy.is_chief and (ended or _due(step, self.config.checkpoint_every, self.config.steps)):
            arrays = {**self.game.state(), **self.state.arrays()}
            checkpoint.save(self.folder, step, arrays, self.config.keep_checkpoints)

    def _save_good_state(self) -> None:
        save_good_state(self.folder, self.game, self.state, self.config)

    def _roll_back(self, step: int, why: str) -> None:
        """Return from `step` to the last good state."""
        self.state = roll_back(self.folder, self.game, self.state, step, why)
        self.callbacks.rolled_back(len(self.state.roll_backs), self.state.roll_backs[-1].sentence)


def _finite(losses: Mapping[str, Any]) -> dict[str, float]:
    values = {name: float(value) for name, value in losses.items()}
    for name, value in values.items():
        if not math.isfinite(value):
            raise NotFiniteError(f"The {name.replace('_', ' ')} became {value}")
    return values


def _failure_or_error(problem: str, state: TrainingState, config: Train) -> str:
    """Return `problem` as the failure that requires a roll back; InputError if no roll back is allowed."""
    if config.failures.nan == "roll_back" and not state.roll_backs_exhausted(config):
        return problem
    rolled_back = f" It was rolled back {len(state.roll_backs)} times." if state.roll_backs else ""
    raise InputError(
        f"{problem}; training cannot go on.{rolled_back} Lower optimiser.generator_rate and "
        "optimiser.discriminator_rate in train.overrides, change the objective, or set train.failures.nan to roll_back."
    )


def _due(step: int, every: int, last: int) -> bool:
    return step == last or step % every == 0
