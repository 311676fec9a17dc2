"""Agreement between listeners: Krippendorff's alpha."""

import numpy as np


def alpha_ordinal(scores: np.ndarray) -> float | None:
    """Krippendorff's (2011) alpha for ordinal scores: 1 is full agreement, 0 is chance.

    `scores` (listeners, stimuli), NaN if not rated; stimuli with fewer than two ratings are ignored. None if no
    stimulus was rated twice, or if all scores are equal.
    """
    values = np.unique(scores[~np.isnan(scores)])
    counts = (scores[..., None] == values).sum(axis=0).astype(float)  # (stimuli, values)
    counts = counts[counts.sum(axis=1) >= 2]
    sizes = counts.sum(axis=1)
    total = counts.sum(axis=0)
    if not len(counts) or (total > 0).sum() < 2:
        return None
    coincidences = np.einsum("u,uc,uk->ck", 1 / (sizes - 1), counts, counts)
    coincidences -= np.diag((counts / (sizes - 1)[:, None]).sum(axis=0))
    difference = _ordinal_difference(total)
    observed = (coincidences * difference).sum()
    expected = (np.outer(total, total) * difference).sum() / (total.sum() - 1)
    return float(1 - observed / expected)


def _ordinal_difference(total: np.ndarray) -> np.ndarray:
    """Squared ordinal difference between each two values, from how often each was given, (v,): (v, v)."""
    middle = np.cumsum(total) - total / 2
    return (middle[:, None] - middle[None, :]) ** 2
