"""The nearest neighbours of sounds when length and pitch of one of two are warped to fit the other."""

from collections.abc import Iterator

import numpy as np

from waveloom.models.layers.warp import MAX_STEPS, warped_positions

STRETCH_NUMERATOR, STRETCH_DENOMINATOR = 13, 10  # lengths are stretched by at most 13 : 10, in either direction
_PITCH_STEPS = sorted(range(-20, 21, 4), key=abs)  # steps that are compared, the smallest first
_STRETCH = 0.07  # resolution of the logarithm of two lengths' ratio in a comparison
_BANDS = 64


def audible_frames(clips: np.ndarray) -> np.ndarray:
    """Frames of each spectrogram (n, frames, bins) in [-1, 1] up to the last that is not silent, at least 1: (n,)."""
    audible = clips.max(axis=2) > -1 + 1 / 255
    last = clips.shape[1] - audible[:, ::-1].argmax(axis=1)
    return np.where(audible.any(axis=1), last, 1)


def nearest_neighbours(clips: np.ndarray, groups: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest others of each spectrogram (n, frames, bins), those of other groups first, and how to warp them.

    Return their rows (n, count), repeated if there are too few, and the steps by which to warp their frequencies
    (n, count).
    """
    distances, pitch_steps = _distances(clips)
    distances[groups[:, None] == groups] += 2 * distances.max() + 1
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")[:, : max(min(count, len(clips) - 1), 1)]
    neighbours = order[:, np.arange(count) % order.shape[1]]
    return neighbours, np.take_along_axis(pitch_steps, neighbours, axis=1)


def _distances(clips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared distance of each (row) to each (column) warped to fit best, and the steps of that: (n, n) both."""
    lengths = audible_frames(clips)
    limit = STRETCH_NUMERATOR / STRETCH_DENOMINATOR
    stretches = np.log(np.clip(lengths / lengths[:, None], STRETCH_DENOMINATOR / STRETCH_NUMERATOR, limit))
    stretches = np.rint(stretches / _STRETCH).astype(np.int8)  # never more than four of _STRETCH
    halved = clips[:, : clips.shape[1] // 2 * 2].reshape(len(clips), -1, 2, clips.shape[2]).mean(axis=2)
    own = _band_levels(halved)
    best, pitch_steps = np.full(stretches.shape, np.inf, np.float32), np.zeros(stretches.shape, np.int8)
    for steps in _PITCH_STEPS:
        warped = halved[:, :, warped_positions(clips.shape[2])[MAX_STEPS + steps]]
        for stretch, other in _stretched(warped, np.unique(stretches)):
            distances = (own**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * own @ other.T
            nearer = (stretches == stretch) & (distances < best)
            best[nearer], pitch_steps[nearer] = distances[nearer], steps
    return best, pitch_steps


def _stretched(clips: np.ndarray, stretches: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each stretch and the band levels of the clips (n, frames, bins) stretched by it."""
    frames = np.arange(clips.shape[1])
    for stretch in stretches:
        sources = np.minimum((frames + 0.5) * np.exp(_STRETCH * stretch), frames[-1]).astype(int)
        yield stretch, _band_levels(clips[:, sources])


def _band_levels(clips: np.ndarray) -> np.ndarray:
    """Mean levels (n, frames x bands) in bands that are wider at high frequencies, weighted by their number of bins."""
    bins = clips.shape[2]
    edges = np.unique((np.linspace(0, 1, _BANDS + 1)[:-1] ** 2 * bins).astype(int))
    widths = np.diff(edges, append=bins)
    return (np.add.reduceat(clips, edges, axis=2) / np.sqrt(widths)).reshape(len(clips), -1)
