"""Copies: clips of a system that repeat a clip of the training split."""

from dataclasses import dataclass, field

import numpy as np

from waveloom.evaluation.metrics import ABSENT
from waveloom.evaluation.translation.clips import Batch
from waveloom.evaluation.translation.scores import Score, score
from waveloom.evaluation.translation.systems import TARGET, Made
from waveloom.evaluation.translation.training_material import TrainingMaterial
from waveloom.similarity.copies import copy_fingerprints, nearest_fingerprint

BETTER = {"copy_rate": "lower"}
UNITS = {"copy_rate": ""}
MEANING = (
    "Copy rate: the share of clips that repeat a training clip of any domain, at any shift in time or gain: more "
    "similar to one than 99% of the real test clips are."
)
SPACE = "clips"
_QUANTILE = 0.99
_MAX_THRESHOLD = 0.999  # from here on a threshold cannot separate copies from similar sounds
NOT_SEPARABLE = f"{ABSENT}real test sounds are themselves copies of training sounds"


@dataclass
class Copies:
    """Collects the similarity of the clips of all systems to the training clips of these `fingerprints`."""

    fingerprints: np.ndarray
    rate_hz: int
    similarities: list[tuple[Made, np.ndarray]] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        """Compare the clips of each sound with the training clips."""
        found = nearest_fingerprint(copy_fingerprints(batch.joined, self.rate_hz), self.fingerprints)[1]
        self.similarities += zip((made.without_sound for made in batch.made), batch.per_sound(found), strict=True)

    def scores(self) -> list[Score] | str:
        """The copy rate of each sound, or the reason why none is measured."""
        real = [part for made, part in self.similarities if made.system == TARGET]
        threshold = float(np.quantile(np.concatenate(real), _QUANTILE, method="higher"))
        if threshold >= _MAX_THRESHOLD:
            return NOT_SEPARABLE
        return [score("copy_rate", SPACE, made, (part > threshold).mean()) for made, part in self.similarities]


def copies_of(training: TrainingMaterial) -> Copies:
    """Prepare the search among the training clips of all domains."""
    return Copies(copy_fingerprints(training.all_clips, training.rate_hz), training.rate_hz)
