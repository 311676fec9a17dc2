"""In which order each listener hears the stimuli: a Latin square balanced for what comes before what."""

import numpy as np


def order(listener: int, count: int, seed: int) -> list[int]:
    """Give the order of `count` stimuli for the listener of that number (from 0).

    Rows of Williams' (1949) square, its symbols shuffled by `seed`: over `count` listeners (twice as many where `count`
    is odd) each stimulus stands in each place equally often, and each follows each other one equally often.
    """
    if count == 0:
        return []
    places = np.arange(count)
    zigzag = np.where(places % 2, (places + 1) // 2, -(places // 2))  # 0, 1, -1, 2, -2, ...
    turn, row = divmod(listener, count)
    line = (zigzag + row) % count
    if count % 2 and turn % 2:
        line = line[::-1]
    return [int(stimulus) for stimulus in np.random.default_rng(seed).permutation(count)[line]]
