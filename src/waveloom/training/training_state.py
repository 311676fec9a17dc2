"""How far a training has come, the best it has heard, and when it is enough."""

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from waveloom.training.config import Train

COLUMNS = ("step", "discriminator_loss", "generator_loss", "validation_distance")
WHOLE = 20_000  # rows of the history held in memory, at most; a training of up to so many steps has every one
RECENT = 10_000  # of them, the last steps, which are always there one by one
THIN = 2_500  # rows left of all earlier steps, and as many of all earlier validations
NUMBERS = ("seconds", "cpu_seconds", "nearest", "smallest", "since")  # of a `Course`, in a checkpoint


class RollBack(NamedTuple):
    """One return to a good state: from which step, to which, and why."""

    step: int
    to: int
    why: str

    @property
    def sentence(self) -> str:
        """Say it in words."""
        return f"Rolled back from step {self.step} to {self.to}, to go on at a lower rate: {self.why}"


@dataclass
class Course:
    """All that a checkpoint holds beside the game's variables; it grows as the game goes on.

    `history` has a row a step, `best` what the game kept at the look with the smallest validation distance,
    `failures` what was wrong at the last look, `seconds` the time spent, `cpu_seconds` the processor's, over all
    cores and resumes, `roll_backs` those before it; the history has no rows of what they undid. Beyond `WHOLE` steps
    earlier rows are thinned (see `thinned`), so steps and checkpoints do not get slower in long trainings.
    `nearest` is the step of the validation with the smallest distance, the first of equals, 0 before any;
    `smallest` that distance, and `since` the number of validations after it.
    """

    history: list[dict[str, Any]] = field(default_factory=list)
    best: list[np.ndarray] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    roll_backs: list[RollBack] = field(default_factory=list)
    nearest: int = 0
    smallest: float = math.inf
    since: int = 0

    def __post_init__(self) -> None:
        """Compute `nearest`, `smallest` and `since` from a history that comes without them."""
        if self.history and not self.nearest:
            for step, distance in self.looks.items():
                self._measured(step, distance)

    @property
    def done(self) -> int:
        """The last finished step."""
        return self.history[-1]["step"] if self.history else 0

    @property
    def losses(self) -> dict[str, float]:
        """What the game reported of the last step."""
        return {name: self.history[-1][name] for name in self.columns if name not in ("step", "validation_distance")}

    @property
    def looks(self) -> dict[int, float]:
        """The validation distance at each step of the history that was looked at."""
        measured = {row["step"]: row["validation_distance"] for row in self.history}
        return {step: distance for step, distance in measured.items() if not math.isnan(distance)}

    @property
    def columns(self) -> tuple[str, ...]:
        """What is noted of a step: `COLUMNS`, and what else the game reports."""
        others = [name for name in self.history[0] if name not in COLUMNS] if self.history else []
        return (*COLUMNS, *others)

    def table(self) -> pd.DataFrame:
        """The history, one row a step; of a long training fewer, see `thinned`."""
        return pd.DataFrame(self.history, columns=self.columns)

    def add(self, step: int, losses: dict[str, float]) -> None:
        """Note a finished step, not looked at yet."""
        self.history.append({"step": step, **losses, "validation_distance": math.nan})
        if len(self.history) > WHOLE:
            self.history = thinned(self.history, self.nearest)

    def look(self, distance: float, failures: dict[str, str], weights: list[np.ndarray]) -> None:
        """Note what was heard after the last step; keeps `weights` if nothing before came nearer."""
        self.history[-1]["validation_distance"] = distance
        self.failures = failures
        self._measured(self.done, distance)
        if self.nearest == self.done:
            self.best = weights

    def _measured(self, step: int, distance: float) -> None:
        """Bring the summary up to date with the validation distance of `step`."""
        if math.isnan(distance):
            return
        if not self.nearest or distance < self.smallest:
            self.nearest, self.smallest, self.since = step, distance, 0
        else:
            self.since += 1

    def share(self, rules: Train) -> float:
        """How much is over of the steps, or of the minutes where these end first: 0 to 1."""
        budgets = ((self.seconds, rules.minutes), (self.cpu_seconds, rules.cpu_minutes))
        spent = [seconds / (60 * minutes) for seconds, minutes in budgets if minutes]
        return min(1.0, max(self.done / rules.steps, *spent, 0.0))

    def ending(self, rules: Train) -> str:
        """Say why the training is over, or nothing while it is not."""
        again = self._with("roll_back", rules) if self.spent(rules) else []
        if fatal := self._with("stop", rules) + again:
            return f"failure: {', '.join(fatal)}" + (f" after {len(self.roll_backs)} roll backs" if again else "")
        if self.done >= rules.steps:
            return "train.steps reached"
        if rules.patience and self.since >= rules.patience:
            return f"no better validation distance for {self.since} looks"
        if rules.minutes and self.seconds >= 60 * rules.minutes:
            return "train.minutes over"
        if rules.cpu_minutes and self.cpu_seconds >= 60 * rules.cpu_minutes:
            return "train.cpu_minutes over"
        return ""

    def wrong(self, rules: Train) -> str:
        """Say what at the last look calls for a roll back; nothing if nothing does, or if it ends the training."""
        if self._with("stop", rules) or self.spent(rules):
            return ""
        return "; ".join(f"{name.replace('_', ' ')}, {self.failures[name]}" for name in self._with("roll_back", rules))

    def spent(self, rules: Train) -> bool:
        """Whether it was rolled back as often as it may be."""
        return len(self.roll_backs) >= rules.roll_backs

    def _with(self, policy: str, rules: Train) -> list[str]:
        return [name for name in self.failures if getattr(rules.failures, name) == policy]

    def arrays(self) -> dict[str, np.ndarray]:
        """Give all of it as arrays for a checkpoint."""
        rows = {f"history/{name}": np.array([row[name] for row in self.history]) for name in self.columns}
        best = {f"best/{i:03d}": weight for i, weight in enumerate(self.best)}
        told = np.array([*self.failures.items()], dtype=str).reshape(-1, 2)
        numbers = {name: np.array(getattr(self, name)) for name in NUMBERS}
        back = np.array(self.roll_backs, dtype=str).reshape(-1, 3)
        return {**rows, **best, **numbers, "failures": told, "roll_backs": back}


def from_arrays(state: dict[str, np.ndarray]) -> Course:
    """Take up the course that a checkpoint's `state` holds."""
    columns = {name.removeprefix("history/"): values.tolist() for name, values in state.items() if "history/" in name}
    return Course(
        [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
        [state[name] for name in sorted(state) if name.startswith("best/")],
        dict(state["failures"].tolist()),
        roll_backs=[RollBack(int(step), int(to), why) for step, to, why in state["roll_backs"].tolist()],
        **{name: state[name].item() for name in NUMBERS},
    )


def thinned(rows: list[dict[str, Any]], nearest: int) -> list[dict[str, Any]]:
    """Leave the last `RECENT` rows as they are, and of all earlier ones at most some 2 `THIN`, evenly spread.

    Rows of validations and other rows are thinned apart, each to the steps that a power of two divides; the first row
    and that of the step `nearest` stay. A row that stays is unchanged.
    """
    early, recent = rows[:-RECENT], rows[-RECENT:]
    validated = [row["step"] for row in early if not math.isnan(row["validation_distance"])]
    other = [row["step"] for row in early if math.isnan(row["validation_distance"])]
    wanted = {rows[0]["step"], nearest, *_spread(validated), *_spread(other)}
    return [row for row in early if row["step"] in wanted] + recent


def _spread(steps: list[int]) -> list[int]:
    """Of steps, those that the smallest power of two divides which divides no more than `THIN` of them."""
    every = 1
    while len(steps) > THIN:
        every *= 2
        steps = [step for step in steps if step % every == 0]
    return steps
