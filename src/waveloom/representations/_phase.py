"""Phase from magnitude without iterations: phase gradient heap integration (PGHI).

Prusa, Balazs and Sondergaard (2017), "A noniterative method for reconstruction of phase from STFT magnitude". The
logarithm of the magnitude tells the slopes of the phase in time and in frequency, exactly so for a Gaussian window;
they are summed up along a path that takes the loudest bins first. Importing this file imports numba, and the first
call compiles one function, about two seconds together.
"""

from functools import lru_cache

import numba
import numpy as np

_LEVELS = 1024  # loudness is sorted into this many buckets, which are quicker than a heap and as good
_HANN = 0.25645  # the Gaussian that stands for a Hann window of n samples has gamma = 0.25645 n^2


def phase(
    magnitude: np.ndarray, n_fft: int, hop: int, depth_db: float, known: np.ndarray | None = None, seed: int = 0
) -> np.ndarray:
    """Phase in radians at each frame's centre, float32, for a Hann window's magnitude (frames, n_fft / 2).

    `known` (fewer frames, bins) are the phases of the first frames, from the last of which the walk sets out. Bins more
    than `depth_db` below the loudest get a random phase, the same for a `seed`: their slopes are noise.
    """
    depth = depth_db / 20 * np.log(10)
    log_magnitude = np.log(np.maximum(magnitude, magnitude.max() * np.exp(-2 * depth) + 1e-30))
    above = (log_magnitude - log_magnitude.max()) / depth + 1  # 1 is the loudest, 0 and below is too quiet
    level = np.ceil(np.maximum(above, 0) * _LEVELS).astype(np.int16) - 1
    level = np.pad(level, 1, constant_values=-1)  # a border no path crosses
    loudest_first = np.argsort(level, axis=None, kind="stable")[::-1]
    found = np.pad(_random(*magnitude.shape, seed), 1)
    count, width = 0 if known is None else len(known), level.shape[1]
    if known is not None:
        found[1 : 1 + count, 1:-1] = known
    level[1:count] = -1  # nothing leads back
    start = count * width + np.flatnonzero(level[count] >= 0)
    _integrate(level.ravel(), loudest_first, _slopes(log_magnitude, n_fft, hop), found.ravel(), width, start)
    return found[1:-1, 1:-1]


def _slopes(log_magnitude: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """Phase slopes per bin and per hop, in radians, bordered and flat: (2, (frames + 2) * (bins + 2)).

    With s the log magnitude, f the frequency and t the time, in samples: d phase / df = -gamma ds / dt, and
    d phase / dt = ds / df / gamma + 2 pi f.
    """
    gamma = _HANN * n_fft**2
    in_time = np.pad(log_magnitude, ((1, 1), (0, 0)), mode="edge")
    in_frequency = np.pad(log_magnitude, ((0, 0), (1, 1)), mode="reflect")
    own = np.angle(np.exp(2j * np.pi * hop / n_fft * np.arange(log_magnitude.shape[1])))  # a bin's own advance
    per_bin = (in_time[2:] - in_time[:-2]) * (-gamma / (2 * hop * n_fft))
    per_hop = (in_frequency[:, 2:] - in_frequency[:, :-2]) * (hop * n_fft / (2 * gamma)) + own
    return np.pad(np.stack([per_bin, per_hop]), ((0, 0), (1, 1), (1, 1))).reshape(2, -1).astype(np.float32)


@lru_cache(maxsize=4)
def _random(frames: int, bins: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-np.pi, np.pi, (frames, bins)).astype(np.float32)


@numba.njit(nogil=True)
def _integrate(
    level: np.ndarray, loudest_first: np.ndarray, slopes: np.ndarray, phase: np.ndarray, width: int, known: np.ndarray
) -> None:
    """Walk from all of `known` at once, then from every seed over its island, writing `phase` in place.

    `level` is -1 where there is nothing (more) to find. The bins reached wait in one linked list for each level.
    """
    head, after = np.full(level.max() + 1, -1), np.empty(level.size, np.int64)
    loudest = -1
    for here in known:
        reached = level[here]
        head[reached], after[here], level[here] = here, head[reached], -1
        loudest = max(loudest, reached)
    _walk(level, slopes, phase, width, head, after, loudest)
    for seed in loudest_first:
        if level[seed] >= 0:
            loudest = level[seed]
            head[loudest], after[seed], level[seed], phase[seed] = seed, -1, -1, 0.0
            _walk(level, slopes, phase, width, head, after, loudest)


@numba.njit(nogil=True)
def _walk(
    level: np.ndarray,
    slopes: np.ndarray,
    phase: np.ndarray,
    width: int,
    head: np.ndarray,
    after: np.ndarray,
    loudest: int,
) -> None:
    """Go on from the loudest bin that waits, until none does: a seed taken earlier would tear an island."""
    steps = np.array([1, -1, width, -width])
    while loudest >= 0:
        here = head[loudest]
        if here < 0:
            loudest -= 1
            continue
        head[loudest] = after[here]
        for way in range(4):
            there = here + steps[way]
            reached = level[there]
            if reached >= 0:
                slope = (slopes[way // 2, here] + slopes[way // 2, there]) / 2
                phase[there] = phase[here] + (slope if way % 2 == 0 else -slope)
                head[reached], after[there], level[there] = there, head[reached], -1
                loudest = max(loudest, reached)
