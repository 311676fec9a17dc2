"""What a training will cost, measured on a few of its own steps before it begins."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from math import prod
from time import monotonic
from typing import Any

from waveloom.execution.cost import cost
from waveloom.models.networks import is_float
from waveloom.training.config import Train
from waveloom.training.game import Game
from waveloom.training.progress import spelled
from waveloom.training.training_state import Course

Look = Callable[[], object] | None
STEPS = 3  # real ones, after one that is not counted


@dataclass(frozen=True)
class Forecast:
    """Steps a second, minutes to the end (looks included), how much is left, parameters and memory in MB.

    `state_mb` is what weights, optimisers, average and gradients come to; `peak_memory_mb` the most that the process
    has held so far, the measured steps included.
    """

    steps_per_second: float
    minutes: float
    steps: int
    looks: int
    generator_parameters: int
    discriminator_parameters: int
    state_mb: float
    peak_memory_mb: float

    @property
    def numbers(self) -> dict[str, float]:
        """All of it by name."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """Say it in words."""
        return (
            f"{self.steps} steps and {self.looks} looks to go, about {spelled(60 * self.minutes)} at "
            f"{self.steps_per_second:.3g} steps a second; generator {self.generator_parameters:,} and discriminator "
            f"{self.discriminator_parameters:,} parameters; weights and optimisers {self.state_mb:,.0f} MB, the "
            f"process "
            f"{self.peak_memory_mb:,.0f} MB at its peak so far"
        )


def forecast(
    game: Game,
    play: Callable[..., Any],
    stream: Iterable[Any],
    rules: Train,
    course: Course,
    look: Look,
    early: bool = False,
) -> Forecast:
    """Measure `play` on the first batches of `stream`, and one look, from where `course` is.

    If `early`, there is a look after the first step too.
    The game is put back as it was, to the bit.
    """
    before = game.state()
    looks = _due(course.done, rules.validate_every, rules.steps, early) if look else 0
    look_seconds = _seconds(look) if look and looks else 0.0
    spent = [_seconds(partial(_play, play, given)) for given in islice(stream, STEPS + 1)]
    step_seconds = sum(spent[1:]) / STEPS
    game.restore(before)
    left = rules.steps - course.done
    minutes = (left * step_seconds + looks * look_seconds) / 60
    for budget, gone in ((rules.minutes, course.seconds), (rules.cpu_minutes, course.cpu_seconds)):
        if budget:
            minutes = min(minutes, max(0.0, budget - gone / 60))
    generator, discriminator = _learned(game.generator), _learned(game.discriminator)
    state = sum(value.nbytes for value in before.values()) + 4 * (
        generator + discriminator
    )  # a gradient a weight, float32
    peak = cost().peak_memory_mb
    return Forecast(1 / step_seconds, minutes, left, looks, generator, discriminator, state / 2**20, peak)


def _learned(network: Any) -> int:
    """How many numbers it learns."""
    return sum(prod(weight.shape) for weight in network.weights if is_float(weight))


def _play(play: Callable[..., Any], given: Any) -> list[float]:
    """Play one round and wait for its losses."""
    return [float(loss) for loss in play(*given).values()]


def _seconds(work: Callable[[], object]) -> float:
    start = monotonic()
    work()
    return max(monotonic() - start, 1e-6)


def _due(done: int, every: int, steps: int, early: bool) -> int:
    """How many looks are left after `done` steps: every `every` steps, at the end, and if `early` after the first."""
    first = early and done == 0 and min(every, steps) > 1
    return first + steps // every - done // every + (steps % every > 0)
