"""Windows of a spectrogram laid over each other, into frames without an end and without a moment of joining.

From one window to the next is half of its length or more, at random, so that joins have no beat. Over a join the new
window takes the place of the old one, each frequency at a moment of its own; at once where it is much louder and
begins, or the old one has ended: the onset of a note would else be faded away. What is blended keeps the strength of
its grain (Heitz and Neyret, 2018, equation 2), with a mean of each window's own over some frames.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.ndimage import uniform_filter, uniform_filter1d

from waveloom.config.errors import InputError

_LATEST = 5 / 8  # of a window, when the next begins; half at the earliest, so that no third is ever touched
_KNOTS = 4  # in frequency, between which the moment of the change is a line
_EARLY, _LATE, _WIDTH = 0.4, 0.6, 0.7  # of a join: where knots may lie, and what a change takes
_LOUDER_DB, _DECIDED_DB = 12.0, 24.0  # from where a difference counts, and where it overrules the moment drawn
_GRAIN = 9  # frames over which a window's mean is taken


def lay(windows: Iterable[np.ndarray], range_db: float, seed: int) -> Iterator[np.ndarray]:
    """Give the frames of windows (frames, bins, ...) laid over each other, some at a time, each once settled.

    A window is asked for when the one before is needed no more but for their join; what the last has for the next
    one to join is left out. A unit is `range_db` / 2 decibels; of several values a bin, all in [-1, 1], the first.
    """
    coming, draw = iter(windows), np.random.default_rng((seed, 1))
    old = next(coming)
    if len(old) < 4:
        raise InputError(f"A clip has {len(old)} frames; long sounds need 4 at least. Choose a smaller hop, and train.")
    heard, origin = 0, 0  # frames given; where the old window began
    for new, (begin, end) in zip(coming, steps(len(old), seed), strict=False):
        yield old[heard - origin : begin - origin]
        yield join(old, new, end - begin, range_db, draw.uniform(_EARLY, _LATE, _KNOTS))
        old, heard, origin = new, end, begin


def steps(frames: int, seed: int) -> Iterator[tuple[int, int]]:
    """Frames at which each join of windows of `frames` begins and ends."""
    begin, earliest, draw = 0, (frames + 1) // 2, np.random.default_rng((seed, 0))
    while True:
        end = begin + frames
        begin += int(draw.integers(earliest, max(int(frames * _LATEST), earliest), endpoint=True))
        yield begin, end


def join(old: np.ndarray, new: np.ndarray, frames: int, range_db: float, moments: np.ndarray) -> np.ndarray:
    """Go from one window to another (any, bins, ...), of which the last and the first `frames` lie over each other.

    `moments`, in 0 to 1, are those of knots in frequency, denser in the bass.
    """
    ear = np.interp(np.linspace(0, 1, old.shape[1]) ** 0.5, np.linspace(0, 1, len(moments)), moments)
    time = ((np.arange(frames) + 0.5) / frames)[:, None]
    earlier = _earlier(_loudness(old), _loudness(new), frames, range_db)
    share = np.maximum(_rise((time - ear + earlier) / _WIDTH + 0.5), _rise((time - 0.7) / 0.2))
    share = share.astype(np.float32).reshape(*share.shape, *[1] * (old.ndim - 2))
    return blend(old[-frames:], new[:frames], share)


def blend(old: np.ndarray, new: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Mix with `share` (0 to 1) of the new: means as they are, what differs from them at its full strength."""
    strength = np.sqrt(share**2 + (1 - share) ** 2)
    calm, fresh = (uniform_filter1d(one, _GRAIN, axis=0, mode="nearest") for one in (old, new))
    mean = calm + share * (fresh - calm)
    return np.clip(mean + ((1 - share) * (old - calm) + share * (new - fresh)) / strength, -1, 1)


def _loudness(window: np.ndarray) -> np.ndarray:
    return window if window.ndim == 2 else window[..., 0]


def _earlier(old: np.ndarray, new: np.ndarray, frames: int, range_db: float) -> np.ndarray:
    """How much earlier than drawn each place changes, or later (negative): (frames, bins), 1 is a whole join.

    Earlier where the new is the louder, and louder than on the whole or the old quieter than on the whole; later where
    all is the other way round. What is the same throughout, as rain is, changes when it was drawn to.
    """
    around = (3, max(old.shape[1] // 16, 1))
    ending, beginning = (uniform_filter(one, around, mode="nearest") * (range_db / 2) for one in (old, new))
    ended = ending.mean(axis=0) - ending[-frames:]
    begun = beginning[:frames] - beginning.mean(axis=0)
    louder = beginning[:frames] - ending[-frames:]
    early, late = np.minimum(louder, np.maximum(begun, ended)), np.minimum(-louder, np.maximum(-begun, -ended))
    surplus = np.maximum(early - _LOUDER_DB, 0) - np.maximum(late - _LOUDER_DB, 0)
    return surplus / (_DECIDED_DB - _LOUDER_DB)


def _rise(time: np.ndarray) -> np.ndarray:
    """From 0 to 1 between times 0 and 1, without a corner."""
    held = np.clip(time, 0, 1)
    return held * held * (3 - 2 * held)
