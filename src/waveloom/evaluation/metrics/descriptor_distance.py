"""Wasserstein distance between the distributions of each spectral descriptor in two sets."""

import numpy as np
from scipy.stats import wasserstein_distance

from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.subset import Subset
from waveloom.features import Features
from waveloom.features.groups.spectral import NAMES
from waveloom.features.table import clip_features

SPACE = "clips"
MEANING = (
    "Descriptor distance: 1-D Wasserstein distance between the distributions of each spectral descriptor (averaged "
    "over a sound) in the set and in the real set, in standard deviations of training sounds; the first number is the "
    "mean over descriptors. Sounds are not compared one by one, as there are no pairs."
)
BETTER = {"descriptor_distance": "lower", **{f"descriptor_distance_{name}": "lower" for name in NAMES}}


def score(evaluated: Subset[Sounds], reference: Reference) -> dict[str, float]:
    """Compare the distribution of each descriptor with the real one."""
    evaluated_descriptors, real_descriptors, train_descriptors = (
        part.per_sound(_descriptors) for part in (evaluated, reference.real, reference.train)
    )
    spread = train_descriptors.std(axis=0)
    if (spread <= 1e-6 * np.abs(train_descriptors.mean(axis=0))).any():
        raise NotMeasuredError("a descriptor of the training sounds is the same for all")
    distances = [
        wasserstein_distance(a, b)
        for a, b in zip((evaluated_descriptors / spread).T, (real_descriptors / spread).T, strict=True)
    ]
    named = {f"descriptor_distance_{name}": float(value) for name, value in zip(NAMES, distances, strict=True)}
    return {"descriptor_distance": float(np.mean(distances)), **named}


def _descriptors(sounds: Sounds) -> np.ndarray:
    """Mean over time of each descriptor: (n, descriptors)."""
    table = clip_features(sounds.clips, sounds.rate_hz, Features(groups=("spectral",)))
    return table[[f"{name}_mean" for name in NAMES]].to_numpy(np.float64)
