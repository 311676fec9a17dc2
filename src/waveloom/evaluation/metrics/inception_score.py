"""Inception score (Salimans et al., 2016), with a label classifier of this corpus instead of Inception."""

import numpy as np

from waveloom.evaluation.metrics import Reference, Sounds
from waveloom.evaluation.subset import Subset

SPACE = "labels"
MEANING = (
    "Inception score: how confident a label classifier is about each sound, and how many labels it predicts in all; "
    "from 1 to the number of labels. It depends on the classifier (its digest is given) and measures nothing within a "
    "label. A score above that of real sounds is not better: overly typical sounds, or copies of training sounds, "
    "reach it."
)
BETTER = {"inception_score": "closer to floor"}


def score(evaluated: Subset[Sounds], reference: Reference) -> dict[str, float]:
    """exp of the mean KL divergence of each sound's label probabilities from their mean over the set."""
    assert reference.classifier is not None
    probabilities = np.maximum(evaluated.per_sound(reference.classifier.probabilities), 1e-12)
    mean = probabilities.mean(axis=0)
    divergence = (probabilities * (np.log(probabilities) - np.log(mean))).sum(axis=1)
    return {"inception_score": float(np.exp(divergence.mean()))}
