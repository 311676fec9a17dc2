"""Interpolation between two latent vectors."""

import numpy as np


def interpolate(first: np.ndarray, last: np.ndarray, count: int) -> np.ndarray:
    """Interpolate from `first` (n,) to `last` in `count` even steps, both ends included: (count, n) float32.

    Directions are interpolated spherically (Shoemake, 1985) and lengths linearly: a straight line would pass through
    latent vectors shorter than those of training.
    """
    lengths = np.linalg.norm(first), np.linalg.norm(last)
    start, end = first / lengths[0], last / lengths[1]
    angle = np.arccos(np.clip(start @ end, -1, 1))
    share = np.linspace(0, 1, count)[:, None]
    if np.sin(angle) < 1e-6:
        direction = (1 - share) * start + share * end
    else:
        direction = (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / np.sin(angle)
    return (direction * ((1 - share) * lengths[0] + share * lengths[1])).astype(np.float32)
