"""The inception score (Salimans et al., 2016), with a classifier of this corpus in the place of Inception."""

import numpy as np

from waveloom.evaluation.metrics import Reference, Sounds
from waveloom.evaluation.points import Part

SPACE = "labels"
MEANING = (
    "Inception score: how sure a judge of labels is of each sound, and how many labels it hears in all; from 1 to the "
    "number of labels. It depends on the judge (its digest is given), knows nothing within a label, and more than the "
    "real set scores is not better: sounds that are all too typical, or training sounds by heart, get there."
)
BETTER = {"inception_score": "closer to floor"}


def score(judged: Part[Sounds], against: Reference) -> dict[str, float]:
    """exp of the mean divergence of each sound's label probabilities from their mean over the set."""
    assert against.judge is not None
    probable = np.maximum(judged.each(against.judge.probabilities), 1e-12)
    divergence = (probable * (np.log(probable) - np.log(probable.mean(axis=0)))).sum(axis=1)
    return {"inception_score": float(np.exp(divergence.mean()))}
