"""PLUG-IN. How far one set of sounds is from another; one metric a file.

A file offers `score(real, generated) -> dict[str, float]`, always finite; `BETTER`, which says of each name which
way is better: "lower", "higher", "closer to 1" or "closer to real"; and `MEANING`, one sentence for the report.
Identical sets score the best value.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sounds:
    """A set of sounds, at least two, as the metrics see it.

    `clips` (n, samples) float32 in [-1, 1] at `rate_hz`; `features` (n, d), the columns of the MFCC table,
    standardised by the training split; `labels` (n,), empty strings where unknown.
    """

    clips: np.ndarray
    rate_hz: int
    features: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.clips)
