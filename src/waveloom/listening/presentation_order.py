"""Order in which each listener receives the stimuli: a Latin square balanced for carry-over."""

import numpy as np


def presentation_order(listener: int, count: int, seed: int) -> list[int]:
    """The order of `count` stimuli for a listener, numbered from 0.

    A row of Williams' (1949) square with symbols shuffled by `seed`: over `count` listeners (twice as many if `count`
    is odd) each stimulus is at each position equally often, and follows each other stimulus equally often.
    """
    if count == 0:
        return []
    places = np.arange(count)
    zigzag = np.where(places % 2, (places + 1) // 2, -(places // 2))  # 0, 1, -1, 2, -2, ...
    square, row = divmod(listener, count)
    line = (zigzag + row) % count
    if count % 2 and square % 2:
        line = line[::-1]
    return [int(stimulus) for stimulus in np.random.default_rng(seed).permutation(count)[line]]
