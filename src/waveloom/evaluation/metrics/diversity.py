"""How varied a set is: the mean distance between the features of two of its sounds."""

import numpy as np
from scipy.spatial.distance import pdist

from waveloom.evaluation.metrics import Sounds

MEANING = (
    "How different the sounds of a set are from each other (mean Euclidean distance of standardised features), "
    "and the same as a ratio to the real set's: far below 1 means that the generator repeats itself."
)
BETTER = {"diversity": "closer to real", "diversity_ratio": "closer to 1"}


def score(real: Sounds, generated: Sounds) -> dict[str, float]:
    """Compare mean pairwise distances; a real set whose sounds are all equal counts as 1e-9 wide."""
    spread = float(np.mean(pdist(generated.features)))
    return {"diversity": spread, "diversity_ratio": spread / max(float(np.mean(pdist(real.features))), 1e-9)}
