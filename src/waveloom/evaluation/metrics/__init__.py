"""PLUG-IN. What a set of sounds is worth beside real ones; one metric a file.

A file offers

- `SPACE`: what it looks at: "embedding" (points (n, d); it is computed in every embedding that can be used), "clips"
  (`Sounds`), or "labels" (`Sounds` whose corpus has labels, with a judge).
- `score(judged, against) -> dict[str, float | str]` of finite floats, or of a string "not measured: ..."; where
  nothing at all can be said it raises `NotMeasuredError`. It reads sounds by the methods of `Part` only, so that
  halves of a set, from which intervals come, cost little.
- `BETTER`: which way is better for each number: one of `WAYS`. Identical sets score the best value.
- `MEANING`: a sentence or two for the report.
- optionally `LEAST`: how many real sounds it needs; 1 if it is absent, 0 if it needs none.
- optionally `note(judged, against) -> str`: what a reader must know of these numbers at these sizes; "" if nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from waveloom.evaluation.points import Part

WAYS = ("lower", "higher", "closer to 1", "closer to 0.5", "closer to floor")
ABSENT = "not measured: "


@dataclass(frozen=True)
class Sounds:
    """A set of sounds, at least two.

    `clips` (n, samples) float32 in [-1, 1] at `rate_hz`; `features` (n, d), the columns of the feature table,
    standardised by the training split; `labels` (n,), empty strings where unknown; `stereo` (n, 2, samples) what the
    clips are the mean of, if they are.
    """

    clips: np.ndarray
    rate_hz: int
    features: np.ndarray
    labels: np.ndarray
    stereo: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def whole(self) -> np.ndarray:
        """The sounds with all their channels."""
        return self.clips if self.stereo is None else self.stereo


@dataclass(frozen=True)
class Judge:
    """A classifier of the training split: `probabilities(Sounds) -> (n, labels)`; `digest` tells it from others."""

    labels: tuple[str, ...]
    probabilities: Callable[[Sounds], np.ndarray]
    digest: str


@dataclass(frozen=True)
class Reference:
    """What is judged against: `real` sounds that no generator heard, and some that it was trained on.

    `judge` is there for the metrics of the space "labels" only.
    """

    real: Part[Any]
    train: Part[Any]
    judge: Judge | None = None


class NotMeasuredError(Exception):
    """Why a metric says nothing of these sets; the report prints it after "not measured: "."""
