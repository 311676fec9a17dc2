"""How far listeners agree: Krippendorff's alpha."""

import numpy as np


def alpha_ordinal(scores: np.ndarray) -> float | None:
    """Krippendorff's (2011) alpha for ranks: 1 is full agreement, 0 what chance gives.

    `scores` (listeners, stimuli), NaN where not rated; stimuli with one rating say nothing and are dropped. None where
    nothing can be said: no stimulus rated twice, or one value only.
    """
    values = np.unique(scores[~np.isnan(scores)])
    counts = (scores[..., None] == values).sum(axis=0).astype(float)  # (stimuli, values)
    counts = counts[counts.sum(axis=1) >= 2]
    sizes = counts.sum(axis=1)
    total = counts.sum(axis=0)
    if not len(counts) or (total > 0).sum() < 2:
        return None
    pairs = np.einsum("u,uc,uk->ck", 1 / (sizes - 1), counts, counts)
    pairs -= np.diag((counts / (sizes - 1)[:, None]).sum(axis=0))
    apart = _ordinal(total)
    observed = (pairs * apart).sum()
    expected = (np.outer(total, total) * apart).sum() / (total.sum() - 1)
    return float(1 - observed / expected)


def _ordinal(total: np.ndarray) -> np.ndarray:
    """The squared ordinal difference of each two values, from how often each was given: (v, v)."""
    middle = np.cumsum(total) - total / 2
    return (middle[:, None] - middle[None, :]) ** 2
