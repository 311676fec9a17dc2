"""Cross-fade of encoded windows in the time-frequency plane: an endless spectrogram without audible joins.

Windows overlap by half or less, by a random length, so that joins are not periodic. Within an overlap each frequency
changes from the old window to the new one at its own time: earlier where a sound begins in the new window, much louder
than the old one, or where the sound of the old window has ended. A plain fade would remove the onset of a note. Mixing
preserves variance (Heitz and Neyret, 2018, equation 2), about a moving average of each window.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.ndimage import uniform_filter, uniform_filter1d

from waveloom.config.errors import InputError

_LATEST_START = 5 / 8  # the next window begins 1/2 to 5/8 into a window, so that three windows never overlap
_KNOTS = 4  # frequencies with a random time of change; it is interpolated between them
_FIRST, _LAST, _WIDTH = 0.4, 0.6, 0.7  # shares of an overlap: range of the knots' times, and duration of a change
# Level difference from which the change is shifted, and that outweighs the random time.
_RELEVANT_DB, _DECISIVE_DB = 12.0, 24.0
_AVERAGED_FRAMES = 9  # length of the moving average


def crossfade(windows: Iterable[np.ndarray], range_db: float, seed: int) -> Iterator[np.ndarray]:
    """Join windows (frames, bins, ...) in [-1, 1] into one sequence of frames, returned in parts of any length.

    A window is requested once the overlap before it has been returned; frames of the last window's overlap are dropped.
    One unit of the values is `range_db` / 2 dB; where a bin has several values, the first is its level.
    """
    remaining, draw = iter(windows), np.random.default_rng((seed, 1))
    old = next(remaining)
    if len(old) < 4:
        raise InputError(f"A clip has {len(old)} frames; long sounds need 4 at least. Choose a smaller hop, and train.")
    done, origin = 0, 0  # frames returned; first frame of the old window
    for new, (begin, end) in zip(remaining, overlaps(len(old), seed), strict=False):
        yield old[done - origin : begin - origin]
        yield crossfade_pair(old, new, end - begin, range_db, draw.uniform(_FIRST, _LAST, _KNOTS))
        old, done, origin = new, end, begin


def overlaps(frames: int, seed: int) -> Iterator[tuple[int, int]]:
    """First and last + 1 frame of each overlap of windows of `frames`, without an end."""
    begin, earliest, draw = 0, (frames + 1) // 2, np.random.default_rng((seed, 0))
    while True:
        end = begin + frames
        begin += int(draw.integers(earliest, max(int(frames * _LATEST_START), earliest), endpoint=True))
        yield begin, end


def crossfade_pair(old: np.ndarray, new: np.ndarray, frames: int, range_db: float, knots: np.ndarray) -> np.ndarray:
    """Cross-fade the last `frames` of one window (any, bins, ...) with the first `frames` of another.

    `knots` are relative times (0 to 1) of the change at frequencies spaced more closely in the bass.
    """
    change = np.interp(np.linspace(0, 1, old.shape[1]) ** 0.5, np.linspace(0, 1, len(knots)), knots)
    time = ((np.arange(frames) + 0.5) / frames)[:, None]
    advance = _advance(_levels(old), _levels(new), frames, range_db)
    share = np.maximum(_smoothstep((time - change + advance) / _WIDTH + 0.5), _smoothstep((time - 0.7) / 0.2))
    share = share.astype(np.float32).reshape(*share.shape, *[1] * (old.ndim - 2))
    return mix_preserving_variance(old[-frames:], new[:frames], share)


def mix_preserving_variance(old: np.ndarray, new: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Mix with weight `share` (0 to 1) of `new`: moving averages are interpolated, deviations keep their variance."""
    norm = np.sqrt(share**2 + (1 - share) ** 2)
    old_mean, new_mean = (uniform_filter1d(one, _AVERAGED_FRAMES, axis=0, mode="nearest") for one in (old, new))
    mean = old_mean + share * (new_mean - old_mean)
    return np.clip(mean + ((1 - share) * (old - old_mean) + share * (new - new_mean)) / norm, -1, 1)


def _levels(window: np.ndarray) -> np.ndarray:
    return window if window.ndim == 2 else window[..., 0]


def _advance(old: np.ndarray, new: np.ndarray, frames: int, range_db: float) -> np.ndarray:
    """How much earlier than its random time each bin changes (negative: later): (frames, bins), 1 is a whole overlap.

    Earlier where the new window is louder than the old one, and either the new one is above its own mean or the old one
    below its own; later in the opposite case. Stationary sound, such as rain, changes at the random time.
    """
    size = (3, max(old.shape[1] // 16, 1))
    old_db, new_db = (uniform_filter(one, size, mode="nearest") * (range_db / 2) for one in (old, new))
    ended = old_db.mean(axis=0) - old_db[-frames:]
    begun = new_db[:frames] - new_db.mean(axis=0)
    louder = new_db[:frames] - old_db[-frames:]
    earlier, later = np.minimum(louder, np.maximum(begun, ended)), np.minimum(-louder, np.maximum(-begun, -ended))
    excess = np.maximum(earlier - _RELEVANT_DB, 0) - np.maximum(later - _RELEVANT_DB, 0)
    return excess / (_DECISIVE_DB - _RELEVANT_DB)


def _smoothstep(time: np.ndarray) -> np.ndarray:
    """Rise smoothly from 0 to 1 between times 0 and 1: 3 t^2 - 2 t^3."""
    clipped = np.clip(time, 0, 1)
    return clipped * clipped * (3 - 2 * clipped)
