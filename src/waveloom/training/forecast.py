"""What a training will cost, measured on a few of its own steps before it begins."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from time import monotonic
from typing import Any

from waveloom.cost import cost
from waveloom.training.batches import Encoded, batches
from waveloom.training.course import Course
from waveloom.training.game import Game
from waveloom.training.rules import Train

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
    critic_parameters: int
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
            f"{self.steps} steps and {self.looks} looks to go, about {_spell(self.minutes)} at "
            f"{self.steps_per_second:.3g} steps a second; generator {self.generator_parameters:,} and critic "
            f"{self.critic_parameters:,} parameters; weights and optimisers {self.state_mb:,.0f} MB, the process "
            f"{self.peak_memory_mb:,.0f} MB at its peak so far"
        )


def forecast(game: Game, clips: Encoded, rules: Train, course: Course, look: Callable[[], object] | None) -> Forecast:
    """Measure a few steps, and one look, from where `course` is; the game is put back as it was, to the bit."""
    before = game.state()
    looks = _due(course.done, rules.validate_every, rules.steps) if look else 0
    look_seconds = _seconds(look) if look and looks else 0.0
    step_seconds = _step_seconds(game, clips, rules, course)
    game.restore(before)
    left = rules.steps - course.done
    minutes = (left * step_seconds + looks * look_seconds) / 60
    if rules.minutes:
        minutes = min(minutes, max(0.0, rules.minutes - course.seconds / 60))
    generator, critic = game.generator.count_params(), game.critic.count_params()
    state = sum(value.nbytes for value in before.values()) + 4 * (generator + critic)  # a gradient a weight, float32
    peak = cost().peak_memory_mb
    return Forecast(1 / step_seconds, minutes, left, looks, generator, critic, state / 2**20, peak)


def _step_seconds(game: Game, clips: Encoded, rules: Train, course: Course) -> float:
    size, begin = rules.batch_size * game.teaching.updates, course.done + 1
    steps = range(begin, begin + STEPS + 1)
    stream = batches(clips, size, rules.balance, rules.seed, steps, len(course.roll_backs))
    spent = [_seconds(partial(_play, game, given)) for given in islice(stream, STEPS + 1)]
    return sum(spent[1:]) / STEPS


def _play(game: Game, given: Any) -> list[float]:
    """Play one round and wait for its losses."""
    return [float(loss) for loss in game.train_step(*given).values()]


def _seconds(work: Callable[[], object]) -> float:
    start = monotonic()
    work()
    return max(monotonic() - start, 1e-6)


def _due(done: int, every: int, steps: int) -> int:
    """How many looks are left after `done` steps: one every `every` steps, and one at the end."""
    return steps // every - done // every + (steps % every > 0)


def _spell(minutes: float) -> str:
    return (
        f"{60 * minutes:.0f} s" if minutes < 2 else f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
    )
