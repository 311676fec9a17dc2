"""Full scale is kept by turning down, which changes loudness alone; cutting peaks off would distort."""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import numpy as np

_NOTHING = np.zeros(0, np.float32)  # follows the last block


def turn_down(clips: np.ndarray) -> np.ndarray:
    """Lower, in place, each of clips (batch, ..., samples) whose peak is above 1 until it is 1."""
    clips /= np.maximum(np.abs(clips).max(axis=tuple(range(1, clips.ndim)), keepdims=True), 1)
    return clips


def turn_down_along(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Lower blocks (..., samples) of one endless sound so that none has a peak above 1, along lines between blocks.

    Where two blocks meet, the sound is as low as the lower of them needs; so no block is above its own need.
    """
    needs = ((block, 1 / max(float(np.abs(block).max(initial=0)), 1.0)) for block in blocks)
    before = 1.0
    for (block, own), (_, later) in pairwise(chain(needs, [(_NOTHING, 1.0)])):
        after = min(own, later)
        yield block * np.linspace(min(before, own), after, block.shape[-1], endpoint=False, dtype=np.float32)
        before = after
