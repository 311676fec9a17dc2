"""Spectra of training sounds that are stored with a generator, so that it never returns a copy of a training sound.

A generated sound is a copy if it is more similar to a training sound than 95% of training sounds are to any sound of
another group: a similarity that is usual between real sounds is no copy. See `copies.nearest_fingerprint`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.similarity.copies import DEPTH_DB, band_levels, copy_fingerprints, from_levels, nearest_fingerprint

MAX_TRAINING_SOUNDS = 2048  # stored with a generator
_QUANTILE = 0.95  # of the similarities between groups: the other 5% of real sounds would count as copies
_STEPS = 255 / DEPTH_DB  # per dB: a level takes a byte


@dataclass(frozen=True)
class TrainingSounds:
    """Band levels (n, frames, bands) uint8 of training sounds, and the similarity above which a sound is a copy."""

    levels: np.ndarray
    copy_threshold: float
    rate_hz: int

    @cached_property
    def fingerprints(self) -> np.ndarray:
        """Fingerprints of the training sounds (n, bands, frequencies)."""
        return from_levels(self.levels.astype(np.float32) / -_STEPS)

    def are_copies(self, clips: np.ndarray) -> np.ndarray:
        """Mark the clips (n, samples), at least one, that are copies: (n,)."""
        return nearest_fingerprint(copy_fingerprints(clips, self.rate_hz), self.fingerprints)[1] > self.copy_threshold


@threadpool_limits.wrap(limits=1)  # keeps the order of sums
def measure_training_sounds(chunks: Iterable[np.ndarray], groups: np.ndarray, rate_hz: int) -> TrainingSounds:
    """Measure levels and copy threshold of training sounds, chunks of (n, samples) in the order of `groups` (all,).

    If all sounds are of one group, the threshold is 1 and no sound counts as a copy.
    """
    levels = np.concatenate([np.rint(-band_levels(clips, rate_hz) * _STEPS).astype(np.uint8) for clips in chunks])
    same_group = groups[:, None] == groups
    has_others = ~same_group.all(axis=1)
    if not has_others.any():
        return TrainingSounds(levels, 1.0, rate_hz)
    fingerprints = TrainingSounds(levels, 1.0, rate_hz).fingerprints
    _, similarity = nearest_fingerprint(fingerprints, fingerprints, excluded=same_group)
    return TrainingSounds(levels, float(np.quantile(similarity[has_others], _QUANTILE)), rate_hz)
