"""What a generator learned from, known well enough that it hands none of it out as its own.

A generated sound is a copy if it is more like a training sound than 95% of training sounds are like any of another
group. Kinship that real sounds show is no copy; likeness is that of `copies.nearest_print`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.similarity.copies import DEPTH_DB, from_levels, levels, nearest_print, prints

MOST = 2048  # training sounds that are known
_KIN = 0.95  # of them: the rest are real sounds that would be taken for copies of each other
_STEPS = 255 / DEPTH_DB  # a byte a level


@dataclass(frozen=True)
class TrainingSounds:
    """Levels (n, frames, bands) uint8 of training sounds; what is more like one than `copy_threshold` is a copy of
    it.
    """

    levels: np.ndarray
    copy_threshold: float
    rate_hz: int

    @cached_property
    def prints(self) -> np.ndarray:
        """What is compared (n, bands, frequencies)."""
        return from_levels(self.levels.astype(np.float32) / -_STEPS)

    def copied(self, clips: np.ndarray) -> np.ndarray:
        """Which of the clips (n, samples), at least one, are copies: (n,)."""
        return nearest_print(prints(clips, self.rate_hz), self.prints)[1] > self.copy_threshold


@threadpool_limits.wrap(limits=1)  # sums keep their order
def known(chunks: Iterable[np.ndarray], groups: np.ndarray, rate_hz: int) -> TrainingSounds:
    """Get to know training sounds, chunks of (n, samples) in the order of their `groups` (all,).

    Where all are of one group nothing can be said of copy_threshold, and nothing is a copy.
    """
    kept = np.concatenate([np.rint(-levels(some, rate_hz) * _STEPS).astype(np.uint8) for some in chunks])
    heard = TrainingSounds(kept, 1.0, rate_hz).prints
    same = groups[:, None] == groups
    strangers = ~same.all(axis=1)
    if not strangers.any():
        return TrainingSounds(kept, 1.0, rate_hz)
    _, likeness = nearest_print(heard, heard, barred=same)
    return TrainingSounds(kept, float(np.quantile(likeness[strangers], _KIN)), rate_hz)
