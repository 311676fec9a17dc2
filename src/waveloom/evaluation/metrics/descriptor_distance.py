"""Do two sets hold the same range of brightness, width, noisiness and loudness: distances of distributions."""

import numpy as np
from scipy.stats import wasserstein_distance

from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.points import Part
from waveloom.features import Features
from waveloom.features.groups.spectral import NAMES
from waveloom.features.table import clip_features

SPACE = "clips"
MEANING = (
    "Descriptor distance: how far the distribution of each spectral descriptor, averaged over a sound, must be moved "
    "to become the real one (1-D Wasserstein distance, in standard deviations of training sounds); first their mean. "
    "Sounds are never compared one by one, for there are no pairs."
)
BETTER = {"descriptor_distance": "lower", **{f"descriptor_distance_{name}": "lower" for name in NAMES}}


def score(judged: Part[Sounds], against: Reference) -> dict[str, float]:
    """Compare each descriptor's distribution with the real one."""
    ours, real, train = (part.each(_described) for part in (judged, against.real, against.train))
    spread = train.std(axis=0)
    if (spread <= 1e-6 * np.abs(train.mean(axis=0))).any():
        raise NotMeasuredError("a descriptor of the training sounds is the same for all")
    found = [wasserstein_distance(a, b) for a, b in zip((ours / spread).T, (real / spread).T, strict=True)]
    named = {f"descriptor_distance_{name}": float(value) for name, value in zip(NAMES, found, strict=True)}
    return {"descriptor_distance": float(np.mean(found)), **named}


def _described(sounds: Sounds) -> np.ndarray:
    """Mean over time of each descriptor: (n, descriptors)."""
    table = clip_features(sounds.clips, sounds.rate_hz, Features(groups=("spectral",)))
    return table[[f"{name}_mean" for name in NAMES]].to_numpy(np.float64)
