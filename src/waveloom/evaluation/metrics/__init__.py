"""PLUG-IN. Metrics that compare a set of sounds with real sounds; one metric per file.

A file offers

- `SPACE`: what it receives: "embedding" (rows (n, d), computed in every available embedding), "clips" (`Sounds`), or
  "labels" (`Sounds` of a corpus with labels, and a label classifier).
- `score(evaluated, reference) -> dict[str, float | str]`: finite floats, or a string "not measured: ..."; raises
  `NotMeasuredError` if nothing can be computed. It reads sounds only through the methods of `Subset`, so that scoring
  many halves of a set, which gives the confidence intervals, costs little.
- `BETTER`: which direction is better for each number: one of `WAYS`, where "floor" is the score of other real sounds.
  Identical sets score the best value.
- `MEANING`: a sentence or two for the report.
- optionally `LEAST`: how many real sounds it needs; 1 by default, 0 if it needs none.
- optionally `TRAINING`: True if it compares with sounds of the training split themselves.
- optionally `note(evaluated, reference) -> str`: a limitation of these numbers at these set sizes; "" if there is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from waveloom.evaluation.subset import Subset

WAYS = ("lower", "higher", "closer to 1", "closer to 0.5", "closer to floor")
ABSENT = "not measured: "


@dataclass(frozen=True)
class Sounds:
    """A set of sounds, at least two.

    `clips` (n, samples) float32 in [-1, 1] at `rate_hz`; `features` (n, d), the columns of the feature table,
    standardised by the training split; `labels` (n,), empty strings if unknown; `stereo` (n, 2, samples), both
    channels, of which `clips` are the mean; None for mono sounds.
    """

    clips: np.ndarray
    rate_hz: int
    features: np.ndarray
    labels: np.ndarray
    stereo: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def all_channels(self) -> np.ndarray:
        """The clips with all their channels: (n, samples) or (n, 2, samples)."""
        return self.clips if self.stereo is None else self.stereo


@dataclass(frozen=True)
class LabelClassifier:
    """A classifier fitted on the training split: `probabilities(Sounds) -> (n, labels)`; `digest` identifies it."""

    labels: tuple[str, ...]
    probabilities: Callable[[Sounds], np.ndarray]
    digest: str


@dataclass(frozen=True)
class Reference:
    """What a set is compared with: held-out `real` sounds, and some sounds of the training split.

    `classifier` is set only for the metrics of the space "labels".
    """

    real: Subset[Any]
    train: Subset[Any]
    classifier: LabelClassifier | None = None


class NotMeasuredError(Exception):
    """Why a metric cannot be computed for these sets; the report prints it after "not measured: "."""
