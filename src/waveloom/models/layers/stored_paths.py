"""Paths over stored sounds: each latent vector selects a sound similar to the one before, for sounds of any length."""

from collections.abc import Iterator

import numpy as np

from waveloom.models.layers.selection import CONTROLS, emphasised, selected_position, selecting_number
from waveloom.models.layers.stored_spectrograms import StoredSpectrograms

_CANDIDATES = 16  # sounds of which the most similar is next; half of all, if there are few


def path(
    layer: StoredSpectrograms, noises: Iterator[np.ndarray], label: int, among: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Make each latent vector after the first select a sound similar to the one before, and never the same.

    It is the nearest of `_CANDIDATES` that are evenly distributed over the stored sounds, beginning where the latent
    vector itself would select, so that no path stays within a few sounds. All have the first one's changes of pitch,
    speed and brightness. With `among`, only the label's positions there are used, and the selected sound is emphasised.
    """
    count_of_label = int(layer.counts[label])
    positions = np.arange(count_of_label) if among is None else among
    first = label * layer.positions
    sounds = np.asarray(layer.sounds[first : first + count_of_label])[positions].view(np.uint8)
    current, controls, count = None, np.zeros(0, np.float32), len(positions)
    for noise in noises if among is None else map(emphasised, noises):
        controls = noise[1:CONTROLS] if current is None else controls
        following = selected_position(noise, count)
        if current is not None and count > 1:
            following = _nearest(sounds, current, following)
        if among is not None or (current is not None and count > 1):
            number = selecting_number(positions[following], count_of_label)
            noise = np.concatenate([[number], controls, noise[CONTROLS:]], dtype=np.float32)
        current = following
        yield noise


def _nearest(sounds: np.ndarray, current: int, start: int) -> int:
    """The row with the smallest mean squared difference from row `current`, of the candidates from `start` on."""
    count = len(sounds)
    number = min(_CANDIDATES, count // 2)
    candidates = np.setdiff1d((start + np.arange(number) * count // number) % count, [current])
    if not len(candidates):
        return (current + 1) % count
    difference = sounds[candidates].astype(np.float32) - sounds[current]
    return int(candidates[np.argmin(np.einsum("ij,ij->i", difference, difference))])
