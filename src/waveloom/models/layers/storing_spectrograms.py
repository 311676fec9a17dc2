"""Which training sounds are stored, in which order, and which are blended with which."""

from math import prod

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.models.layers.stored_spectrograms import StoredSpectrograms, log_magnitudes
from waveloom.models.layers.warped_distance import audible_frames, nearest_neighbours


@threadpool_limits.wrap(limits=1)  # sums keep their order
def store(layer: StoredSpectrograms, clips: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Fill `layer` with spectrograms (n, *shape) in [-1, 1], at most as many of a label as it has positions for.

    Those of a label are ordered by spectral centroid, so that similar latent vectors select similar sounds. A sound is
    blended with the nearest of its label, of other groups if possible, after warping. Return the rows (n,) of `clips`,
    label by label, in the order of positions.
    """
    capacity = layer.sounds.shape[0]
    sounds, lengths = np.zeros((capacity, prod(layer.shape)), np.uint8), np.ones(capacity, np.int32)
    neighbours, pitch_steps = (np.zeros(weight.shape, np.int32) for weight in (layer.neighbours, layer.pitch_steps))
    counts, rows = np.zeros(layer.counts.shape, np.int32), []
    levels = log_magnitudes(clips, 3)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        own = own[np.argsort(spectral_centroids(levels[own]), kind="stable")]
        taken = slice(label * layer.positions, label * layer.positions + len(own))
        sounds[taken] = np.rint((clips[own].reshape(len(own), -1) + 1) * 127.5)
        nearest, pitch_steps[taken] = nearest_neighbours(levels[own], groups[own], neighbours.shape[1])
        neighbours[taken], lengths[taken] = taken.start + nearest, audible_frames(levels[own])
        counts[label] = len(own)
        rows.append(own)
    layer.sounds.assign(sounds.view(np.int32))
    layer.neighbours.assign(neighbours)
    layer.pitch_steps.assign(pitch_steps)
    layer.lengths.assign(lengths)
    layer.counts.assign(counts)
    return np.concatenate(rows)


def spectral_centroids(clips: np.ndarray) -> np.ndarray:
    """The spectral centroid of each spectrogram (n, frames, bins) in bins, taking -1 to 1 for 80 dB: (n,)."""
    spectra = (10 ** (2 * clips)).sum(axis=1)
    return spectra @ np.arange(clips.shape[2]) / spectra.sum(axis=1)


def choose(labels: np.ndarray, positions: int, seed: int) -> np.ndarray:
    """Draw the rows to store: at most `positions` of each label, sorted."""
    order = np.random.default_rng(seed).permutation(len(labels))
    return np.sort(np.concatenate([order[labels[order] == label][:positions] for label in np.unique(labels)]))
