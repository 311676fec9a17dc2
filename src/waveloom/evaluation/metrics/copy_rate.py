"""How many sounds are copies of training sounds, and how many look like copies of sounds that were never heard."""

import numpy as np

from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.points import Part
from waveloom.similarity.copies import copy_fingerprints, nearest_fingerprint

SPACE = "clips"
MEANING = (
    "Copy rate: the share of sounds that repeat a training sound, however shifted in time or scaled in loudness; a "
    "copy is what correlates with one more than 99% of held-out real sounds do. Held out: the same against real "
    "sounds that no one trained on, which shows how often this takes mere copy_threshold for a copy."
)
BETTER = {"copy_rate": "lower", "copy_rate_held_out": "closer to floor"}
_SHARE = 0.99  # of held-out real sounds that are no copies
_SAME = 0.999  # likeness of what cannot be told from a copy


def score(judged: Part[Sounds], against: Reference) -> dict[str, float]:
    """Count who is more like a training sound, and a held-out one, than real sounds are like training sounds."""
    least = float(np.quantile(against.real.towards(against.train, _likeness, _prints), _SHARE, method="higher"))
    if least >= _SAME:
        raise NotMeasuredError("held-out real sounds are themselves copies of training sounds")
    return {
        "copy_rate": float((judged.towards(against.train, _likeness, _prints) > least).mean()),
        "copy_rate_held_out": float((judged.towards(against.real, _likeness, _prints) > least).mean()),
    }


def _prints(sounds: Sounds) -> np.ndarray:
    return copy_fingerprints(sounds.clips, sounds.rate_hz)


def _likeness(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return nearest_fingerprint(ours, theirs)[1]
