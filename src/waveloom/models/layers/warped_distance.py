"""Which sounds are akin, once one of two is bent to fit the other: as long, and as high."""

from collections.abc import Iterator

import numpy as np

from waveloom.models.layers.warp import MOST, places

LONGER, OF = 13, 10  # a sound is bent to another's length by no more than 13 : 10, either way
_HEIGHTS = sorted(range(-20, 21, 4), key=abs)  # steps that are tried, the least first
_STRETCH = 0.07  # of the logarithm of two lengths' ratio, told apart while comparing
_BANDS = 64


def lengths(clips: np.ndarray) -> np.ndarray:
    """Frames of each spectrogram (n, frames, bins) in [-1, 1] up to its last that is not silent, one at least: (n,)."""
    heard = clips.max(axis=2) > -1 + 1 / 255
    last = clips.shape[1] - heard[:, ::-1].argmax(axis=1)
    return np.where(heard.any(axis=1), last, 1)


def kin(clips: np.ndarray, groups: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest others of each spectrogram (n, frames, bins), of other groups first, and how to bend them.

    Gives their rows (n, count), the same again where there are too few, and by how many steps to bend their
    frequencies (n, count).
    """
    distances, heights = _distances(clips)
    distances[groups[:, None] == groups] += 2 * distances.max() + 1
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")[:, : max(min(count, len(clips) - 1), 1)]
    near = order[:, np.arange(count) % order.shape[1]]
    return near, np.take_along_axis(heights, near, axis=1)


def _distances(clips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The squared distance of each (row) to each (column) bent to fit it best, and the steps of that: (n, n) both."""
    long = lengths(clips)
    stretches = np.log(np.clip(long / long[:, None], OF / LONGER, LONGER / OF))  # never more than four of _STRETCH
    stretches = np.rint(stretches / _STRETCH).astype(np.int8)
    halved = clips[:, : clips.shape[1] // 2 * 2].reshape(len(clips), -1, 2, clips.shape[2]).mean(axis=2)
    ours = _coarse(halved)
    best, heights = np.full(stretches.shape, np.inf, np.float32), np.zeros(stretches.shape, np.int8)
    for steps in _HEIGHTS:
        for stretch, theirs in _stretched(halved[:, :, places(clips.shape[2])[MOST + steps]], np.unique(stretches)):
            apart = (ours**2).sum(axis=1)[:, None] + (theirs**2).sum(axis=1) - 2 * ours @ theirs.T
            nearer = (stretches == stretch) & (apart < best)
            best[nearer], heights[nearer] = apart[nearer], steps
    return best, heights


def _stretched(clips: np.ndarray, stretches: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each stretch, and the clips (n, frames, bins) stretched so, coarsely."""
    frames = np.arange(clips.shape[1])
    for stretch in stretches:
        at = np.minimum((frames + 0.5) * np.exp(_STRETCH * stretch), frames[-1]).astype(int)
        yield stretch, _coarse(clips[:, at])


def _coarse(clips: np.ndarray) -> np.ndarray:
    """Mean levels (n, frames x bands) in bands that are wider the higher they lie, each as heavy as its bins."""
    bins = clips.shape[2]
    edges = np.unique((np.linspace(0, 1, _BANDS + 1)[:-1] ** 2 * bins).astype(int))
    widths = np.diff(edges, append=bins)
    return (np.add.reduceat(clips, edges, axis=2) / np.sqrt(widths)).reshape(len(clips), -1)
