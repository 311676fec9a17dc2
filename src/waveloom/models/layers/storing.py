"""Which training sounds are remembered, in which order, and which are woven with which."""

from math import prod

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.models.layers.stored_spectrograms import Memory, loudness
from waveloom.models.layers.warped_distance import kin, lengths


@threadpool_limits.wrap(limits=1)  # sums keep their order
def remember(memory: Memory, clips: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Fill `memory` with spectrograms (n, *shape) in [-1, 1]: no more of a label than it has places for.

    Those of a label lie from the darkest to the brightest, so that noise little different calls a sound little
    different to mind. A sound is woven with those of its label and of other groups, where there are any, that come
    nearest to it when they are bent to fit. Gives the rows (n,) of `clips`, label by label, in the order of places.
    """
    held = memory.sounds.shape[0]
    sounds, long = np.zeros((held, prod(memory.shape)), np.uint8), np.ones(held, np.int32)
    near, heights = (np.zeros(room.shape, np.int32) for room in (memory.near, memory.heights))
    counts, placed = np.zeros(memory.counts.shape, np.int32), []
    loud = loudness(clips, 3)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        own = own[np.argsort(brightness(loud[own]), kind="stable")]
        taken = slice(label * memory.places, label * memory.places + len(own))
        sounds[taken] = np.rint((clips[own].reshape(len(own), -1) + 1) * 127.5)
        rows, heights[taken] = kin(loud[own], groups[own], near.shape[1])
        near[taken], long[taken], counts[label] = taken.start + rows, lengths(loud[own]), len(own)
        placed.append(own)
    for room, values in (
        (memory.sounds, sounds.view(np.int32)),
        (memory.near, near),
        (memory.heights, heights),
        (memory.lengths, long),
        (memory.counts, counts),
    ):
        room.assign(values)
    return np.concatenate(placed)


def brightness(clips: np.ndarray) -> np.ndarray:
    """The centre of each spectrogram (n, frames, bins) in bins, its range of -1 to 1 taken for 80 dB: (n,)."""
    spectra = (10 ** (2 * clips)).sum(axis=1)
    return spectra @ np.arange(clips.shape[2]) / spectra.sum(axis=1)


def choose(labels: np.ndarray, places: int, seed: int) -> np.ndarray:
    """Draw the rows to remember: at most `places` of each label, sorted."""
    order = np.random.default_rng(seed).permutation(len(labels))
    return np.sort(np.concatenate([order[labels[order] == label][:places] for label in np.unique(labels)]))
