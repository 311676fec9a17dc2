"""Order in which each listener receives the stimuli: a Latin square balanced for carry-over."""

import numpy as np


def presentation_order(listener: int, count: int, seed: int) -> list[int]:
    """The order of `count` stimuli for a listener, numbered from 0.

    A row of a Williams (1949) square whose stimuli are permuted by `seed`: over `count` listeners (twice as many if
    `count` is odd) each stimulus is at each position equally often, and directly follows every other stimulus equally
    often.
    """
    if count == 0:
        return []
    positions = np.arange(count)
    zigzag = np.where(positions % 2, (positions + 1) // 2, -(positions // 2))  # 0, 1, -1, 2, -2, ...
    square, row = divmod(listener, count)
    order = (zigzag + row) % count
    if count % 2 and square % 2:
        order = order[::-1]
    return [int(stimulus) for stimulus in np.random.default_rng(seed).permutation(count)[order]]
