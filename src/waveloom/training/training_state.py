"""The progress of a training: history of losses, best weights, failures, and when to stop."""

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from waveloom.training.config import Train
from waveloom.training.history import MAX_ROWS, thinned

COLUMNS = ("step", "discriminator_loss", "generator_loss", "validation_distance")
NUMBERS = ("seconds", "cpu_seconds", "best_step", "best_distance", "validations_since_best")  # in a checkpoint


class RollBack(NamedTuple):
    """A roll back from the state after `step` to the good state after step `to`, and the reason."""

    step: int
    to: int
    why: str

    @property
    def sentence(self) -> str:
        """The roll back in words."""
        return f"Rolled back from step {self.step} to {self.to}, to continue at a lower rate: {self.why}"


@dataclass
class TrainingState:
    """What a checkpoint stores beside the game's variables; it is updated during training.

    `history` has one row per step, without the steps that a roll back undid; in a long training earlier rows are
    thinned (see `training.history`), so that steps and checkpoints do not become slower. `failures` are those of the
    last validation. `seconds` and `cpu_seconds` (over all cores) include earlier runs of a resumed training.

    `best_weights` are those at `best_step`, the first validation with the smallest distance (`best_distance`); 0
    before the first validation. `validations_since_best` counts the validations after it.
    """

    history: list[dict[str, Any]] = field(default_factory=list)
    best_weights: list[np.ndarray] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    roll_backs: list[RollBack] = field(default_factory=list)
    best_step: int = 0
    best_distance: float = math.inf
    validations_since_best: int = 0

    def __post_init__(self) -> None:
        """Compute the best step from `history` if it is not given."""
        if self.history and not self.best_step:
            for step, distance in self.validations.items():
                self._update_best(step, distance)

    @property
    def last_step(self) -> int:
        """The last finished step, 0 before the first."""
        return self.history[-1]["step"] if self.history else 0

    @property
    def losses(self) -> dict[str, float]:
        """The losses and other values that the game reported for the last step."""
        row = self.history[-1] if self.history else {}
        return {name: value for name, value in row.items() if name != "step" and not name.startswith("validation_")}

    @property
    def validations(self) -> dict[int, float]:
        """The validation distance by step, for the steps of the history that were validated."""
        distances = {row["step"]: row["validation_distance"] for row in self.history}
        return {step: distance for step, distance in distances.items() if not math.isnan(distance)}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the history: `COLUMNS`, and the other values that the game or a validation reports."""
        names = dict.fromkeys(name for row in self.history for name in row)
        return (*COLUMNS, *(name for name in names if name not in COLUMNS))

    def table(self) -> pd.DataFrame:
        """The history as a table."""
        return pd.DataFrame(self.history, columns=self.columns)

    def add_step(self, step: int, losses: dict[str, float]) -> None:
        """Record a finished step, which is not validated yet."""
        self.history.append({"step": step, **losses, "validation_distance": math.nan})
        if len(self.history) > MAX_ROWS:
            self.history = thinned(self.history, self.best_step)

    def add_validation(
        self,
        distance: float,
        failures: dict[str, str],
        weights: list[np.ndarray],
        parts: dict[str, float] | None = None,
    ) -> None:
        """Record the validation after the last step; stores `weights` if its distance is the smallest so far.

        `parts` of the distance are further columns of the history, named `validation_...`.
        """
        self.history[-1] |= {"validation_distance": distance, **(parts or {})}
        self.failures = failures
        self._update_best(self.last_step, distance)
        if self.best_step == self.last_step:
            self.best_weights = weights

    def _update_best(self, step: int, distance: float) -> None:
        if math.isnan(distance):
            return
        if not self.best_step or distance < self.best_distance:
            self.best_step, self.best_distance, self.validations_since_best = step, distance, 0
        else:
            self.validations_since_best += 1

    def progress(self, config: Train) -> float:
        """The finished fraction (0 to 1) of the steps, or of a time limit that ends the training earlier."""
        limits = ((self.seconds, config.minutes), (self.cpu_seconds, config.cpu_minutes))
        shares = [seconds / (60 * minutes) for seconds, minutes in limits if minutes]
        return min(1.0, max(self.last_step / config.steps, *shares, 0.0))

    def reason_to_stop(self, config: Train) -> str:
        """Why the training ends now; empty if it continues."""
        exhausted = self._failures_with("roll_back", config) if self.roll_backs_exhausted(config) else []
        if fatal := self._failures_with("stop", config) + exhausted:
            return f"failure: {', '.join(fatal)}" + (f" after {len(self.roll_backs)} roll backs" if exhausted else "")
        if self.last_step >= config.steps:
            return "train.steps reached"
        if config.patience and self.validations_since_best >= config.patience:
            return f"no better validation distance for {self.validations_since_best} validations"
        if config.minutes and self.seconds >= 60 * config.minutes:
            return "train.minutes over"
        if config.cpu_minutes and self.cpu_seconds >= 60 * config.cpu_minutes:
            return "train.cpu_minutes over"
        return ""

    def reason_to_roll_back(self, config: Train) -> str:
        """The failures of the last validation that require a roll back; empty if none does, or if training ends."""
        if self._failures_with("stop", config) or self.roll_backs_exhausted(config):
            return ""
        failures = self._failures_with("roll_back", config)
        return "; ".join(f"{name.replace('_', ' ')}, {self.failures[name]}" for name in failures)

    def roll_backs_exhausted(self, config: Train) -> bool:
        """Whether no further roll back is allowed."""
        return len(self.roll_backs) >= config.roll_backs

    def _failures_with(self, policy: str, config: Train) -> list[str]:
        return [name for name in self.failures if getattr(config.failures, name) == policy]

    def arrays(self) -> dict[str, np.ndarray]:
        """The whole training state as arrays for a checkpoint."""
        rows = {f"history/{name}": np.array([row.get(name, math.nan) for row in self.history]) for name in self.columns}
        best = {f"best/{i:03d}": weight for i, weight in enumerate(self.best_weights)}
        numbers = {name: np.array(getattr(self, name)) for name in NUMBERS}
        failures = np.array([*self.failures.items()], dtype=str).reshape(-1, 2)
        roll_backs = np.array(self.roll_backs, dtype=str).reshape(-1, 3)
        return {**rows, **best, **numbers, "failures": failures, "roll_backs": roll_backs}


def from_arrays(arrays: dict[str, np.ndarray]) -> TrainingState:
    """The training state that a checkpoint stores in `arrays`."""
    columns = {name.removeprefix("history/"): values.tolist() for name, values in arrays.items() if "history/" in name}
    return TrainingState(
        [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
        [arrays[name] for name in sorted(arrays) if name.startswith("best/")],
        dict(arrays["failures"].tolist()),
        roll_backs=[RollBack(int(step), int(to), why) for step, to, why in arrays["roll_backs"].tolist()],
        **{name: arrays[name].item() for name in NUMBERS},
    )
