"""The expected cost of a training, measured on a few training steps before the training begins."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from math import prod
from time import monotonic
from typing import Any

import keras

from waveloom.execution.cost import current_cost
from waveloom.models.networks import is_float
from waveloom.training.batches import Batch
from waveloom.training.config import Train
from waveloom.training.game import BaseGame
from waveloom.training.progress import duration
from waveloom.training.strategy import Step
from waveloom.training.training_state import TrainingState

Validate = Callable[[], object] | None
STEPS = 3  # number of steps to measure, after one step that is not measured


@dataclass(frozen=True)
class Forecast:
    """Speed, remaining time (validations included), remaining steps and validations, parameters and memory in MB.

    `state_mb` is the size of weights, optimisers, average and gradients; `peak_memory_mb` is the
    peak memory of the process so far, including the measured steps.
    """

    steps_per_second: float
    minutes: float
    steps: int
    validations: int
    generator_parameters: int
    discriminator_parameters: int
    state_mb: float
    peak_memory_mb: float

    @property
    def numbers(self) -> dict[str, float]:
        """All values by name."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """The forecast in words."""
        return (
            f"{self.steps} steps and {self.validations} validations to go, about {duration(60 * self.minutes)} at "
            f"{self.steps_per_second:.3g} steps a second; generator {self.generator_parameters:,} and discriminator "
            f"{self.discriminator_parameters:,} parameters; weights and optimisers {self.state_mb:,.0f} MB, the "
            f"process {self.peak_memory_mb:,.0f} MB at its peak so far"
        )


def forecast(
    game: BaseGame,
    train_step: Step,
    stream: Iterable[tuple[Any, Batch]],
    config: Train,
    state: TrainingState,
    validate: Validate,
    validates_first_step: bool = False,
) -> Forecast:
    """Measure `train_step` on the first batches of `stream` and one call of `validate`, from the current `state`.

    Afterwards all variables of the game are restored exactly.
    """
    before = game.state()
    validations = (
        remaining_validations(state.last_step, config.validate_every, config.steps, validates_first_step)
        if validate
        else 0
    )
    validation_seconds = _seconds(validate) if validate and validations else 0.0
    measured = [_seconds(partial(_run_step, train_step, *inputs)) for inputs in islice(stream, STEPS + 1)]
    step_seconds = sum(measured[1:]) / STEPS
    game.restore(before)
    steps = config.steps - state.last_step
    minutes = _within_limits((steps * step_seconds + validations * validation_seconds) / 60, config, state)
    parameters = _trained_parameters(game.generator), _trained_parameters(game.discriminator)
    gradient_bytes = 4 * sum(parameters)  # float32
    state_bytes = sum(value.nbytes for value in before.values()) + gradient_bytes
    return Forecast(
        1 / step_seconds, minutes, steps, validations, *parameters, state_bytes / 2**20, current_cost().peak_memory_mb
    )


def remaining_validations(done: int, every: int, steps: int, first: bool) -> int:
    """Number of validations after step `done`: every `every` steps and at the last; with `first`, also at step 1."""
    at_first_step = first and done == 0 and min(every, steps) > 1
    return at_first_step + steps // every - done // every + (steps % every > 0)


def _within_limits(minutes: float, config: Train, state: TrainingState) -> float:
    """`minutes`, or the time that is left before a time limit, if that is less."""
    for limit, seconds in ((config.minutes, state.seconds), (config.cpu_minutes, state.cpu_seconds)):
        if limit:
            minutes = min(minutes, max(0.0, limit - seconds / 60))
    return minutes


def _trained_parameters(network: keras.Model) -> int:
    return sum(prod(weight.shape) for weight in network.weights if is_float(weight))


def _run_step(train_step: Step, step: Any, batch: Batch) -> list[float]:
    """Run one step and wait for its losses."""
    return [float(loss) for loss in train_step(step, batch).values()]


def _seconds(function: Callable[[], object]) -> float:
    start = monotonic()
    function()
    return max(monotonic() - start, 1e-6)
