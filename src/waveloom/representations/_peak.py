"""Peak limiting by gain: the level changes, but the waveform is not distorted as by clipping."""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import numpy as np

_EMPTY = np.zeros(0, np.float32)  # follows the last block


def limit_peak(clips: np.ndarray) -> np.ndarray:
    """Scale, in place, each of clips (batch, ..., samples) with a peak above 1 to a peak of 1."""
    clips /= np.maximum(np.abs(clips).max(axis=tuple(range(1, clips.ndim)), keepdims=True), 1)
    return clips


def limit_peak_blocks(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Scale blocks (..., samples) of one sound of any length to peaks of at most 1, with linear ramps of the gain.

    At the boundary of two blocks the gain is the smaller of the two required gains.
    """
    required = ((block, 1 / max(float(np.abs(block).max(initial=0)), 1.0)) for block in blocks)
    before = 1.0
    for (block, gain), (_, next_gain) in pairwise(chain(required, [(_EMPTY, 1.0)])):
        after = min(gain, next_gain)
        yield block * np.linspace(min(before, gain), after, block.shape[-1], endpoint=False, dtype=np.float32)
        before = after
