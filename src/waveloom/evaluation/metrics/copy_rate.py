"""Share of sounds that are copies of training sounds, and the same count against held-out sounds as a control."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.subset import Subset
from waveloom.similarity.copies import copy_fingerprints, nearest_fingerprint

SPACE = "clips"
TRAINING = True
MEANING = (
    "Copy rate: the share of sounds that repeat a training sound, at any shift in time or gain. A sound counts as a "
    "copy if its correlation with a training sound is higher than that of 99% of held-out real sounds. Held out: the "
    "same count against real sounds that are not in the training split, which shows how often mere similarity is "
    "counted as a copy."
)
BETTER = {"copy_rate": "lower", "copy_rate_held_out": "closer to floor"}
_QUANTILE = 0.99  # of the correlations of held-out real sounds: the threshold of a copy
_MAX_THRESHOLD = 0.999  # from here on a threshold cannot separate copies from similar sounds


def score(evaluated: Subset[Sounds], reference: Reference) -> dict[str, float]:
    """Count sounds more correlated with a training sound (or a held-out one) than 99% of held-out sounds are."""
    held_out = reference.real.compared_with(reference.train, _correlation, _fingerprints)
    threshold = float(np.quantile(held_out, _QUANTILE, method="higher"))
    if threshold >= _MAX_THRESHOLD:
        raise NotMeasuredError("held-out real sounds are themselves copies of training sounds")
    against = {"copy_rate": reference.train, "copy_rate_held_out": reference.real}
    return {
        name: float((evaluated.compared_with(other, _correlation, _fingerprints) > threshold).mean())
        for name, other in against.items()
    }


def _fingerprints(sounds: Sounds) -> np.ndarray:
    return copy_fingerprints(sounds.clips, sounds.rate_hz)


def _correlation(evaluated: np.ndarray, others: np.ndarray) -> np.ndarray:
    return nearest_fingerprint(evaluated, others)[1]
