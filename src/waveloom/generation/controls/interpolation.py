"""From the noise of one sound to that of another."""

import numpy as np


def between(first: np.ndarray, last: np.ndarray, count: int) -> np.ndarray:
    """Go from `first` (n,) to `last` in `count` even steps, both ends among them: (count, n) float32.

    The way is on an arc, since the straight line would pass through noise weaker than any that was trained with
    (spherical interpolation: Shoemake, 1985; lengths change evenly).
    """
    lengths = np.linalg.norm(first), np.linalg.norm(last)
    one, other = first / lengths[0], last / lengths[1]
    angle = np.arccos(np.clip(one @ other, -1, 1))
    share = np.linspace(0, 1, count)[:, None]
    if np.sin(angle) < 1e-6:
        mixed = (1 - share) * one + share * other
    else:
        mixed = (np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle)
    return (mixed * ((1 - share) * lengths[0] + share * lengths[1])).astype(np.float32)
