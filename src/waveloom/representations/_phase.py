"""Phase from magnitude without iterations: phase gradient heap integration (PGHI).

Prusa, Balazs and Sondergaard (2017), "A noniterative method for reconstruction of phase from STFT magnitude". The
gradient of the phase follows from that of the log magnitude, exactly so for a Gaussian window; it is integrated along
paths that visit the loudest bins first. Importing this file imports numba, and the first call compiles one function:
about two seconds together.
"""

from functools import lru_cache

import numba
import numpy as np

_LEVELS = 1024  # buckets of magnitude in place of a heap: faster, with equal quality
_HANN_GAMMA = 0.25645  # the Gaussian closest to a Hann window of n samples has gamma = 0.25645 n^2


def phase_from_magnitude(
    magnitude: np.ndarray, n_fft: int, hop: int, depth_db: float, first: np.ndarray | None = None, seed: int = 0
) -> np.ndarray:
    """Phase in radians at each frame's centre for the Hann-window magnitude (frames, n_fft / 2): float32.

    `first` (at most frames, bins) are given phases of the first frames, NaN where there is none; integration starts at
    these. Bins more than `depth_db` below the maximum get a random phase from `seed`, since their gradient is noise.
    """
    depth = depth_db / 20 * np.log(10)
    log_magnitude = np.log(np.maximum(magnitude, magnitude.max() * np.exp(-2 * depth) + 1e-30))
    # 1 is the maximum; bins at 0 or below get a random phase.
    relative = (log_magnitude - log_magnitude.max()) / depth + 1
    level = np.ceil(np.maximum(relative, 0) * _LEVELS).astype(np.int16) - 1
    level = np.pad(level, 1, constant_values=-1)  # a border that integration does not cross
    loudest_first = np.argsort(level, axis=None, kind="stable")[::-1]
    phase = np.pad(_random_phase(*magnitude.shape, seed), 1)
    start = np.zeros(0, np.intp)
    if first is not None:
        given = np.pad(~np.isnan(first), ((1, 1 + len(magnitude) - len(first)), (1, 1)))
        phase[given] = first[~np.isnan(first)]
        start = np.flatnonzero(_at_the_border(given) & (level >= 0))
        inner = given.ravel()
        inner[start] = False
        level[inner.reshape(given.shape)] = -1  # integration does not change given phases
    _integrate(level.ravel(), loudest_first, _gradient(log_magnitude, n_fft, hop), phase.ravel(), level.shape[1], start)
    return phase[1:-1, 1:-1]


def _at_the_border(given: np.ndarray) -> np.ndarray:
    """Which given bins (frames, bins) have a neighbour in time or frequency that is not given."""
    inner = given.copy()
    inner[1:-1, 1:-1] &= given[:-2, 1:-1] & given[2:, 1:-1] & given[1:-1, :-2] & given[1:-1, 2:]
    return given & ~inner


def _gradient(log_magnitude: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """Phase differences per bin and per hop in radians, padded and flat: (2, (frames + 2) * (bins + 2)).

    With log magnitude s, frequency f and time t in samples: d phase / df = -gamma ds / dt, and
    d phase / dt = ds / df / gamma + 2 pi f.
    """
    gamma = _HANN_GAMMA * n_fft**2
    in_time = np.pad(log_magnitude, ((1, 1), (0, 0)), mode="edge")
    in_frequency = np.pad(log_magnitude, ((0, 0), (1, 1)), mode="reflect")
    centre = np.angle(np.exp(2j * np.pi * hop / n_fft * np.arange(log_magnitude.shape[1])))  # of each bin, per hop
    per_bin = (in_time[2:] - in_time[:-2]) * (-gamma / (2 * hop * n_fft))
    per_hop = (in_frequency[:, 2:] - in_frequency[:, :-2]) * (hop * n_fft / (2 * gamma)) + centre
    return np.pad(np.stack([per_bin, per_hop]), ((0, 0), (1, 1), (1, 1))).reshape(2, -1).astype(np.float32)


@lru_cache(maxsize=4)
def _random_phase(frames: int, bins: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-np.pi, np.pi, (frames, bins)).astype(np.float32)


@numba.njit(nogil=True)
def _integrate(
    level: np.ndarray, loudest_first: np.ndarray, gradient: np.ndarray, phase: np.ndarray, width: int, start: np.ndarray
) -> None:
    """Integrate from all bins of `start`, then from the loudest bin of each remaining region; writes into `phase`.

    `level` is -1 for bins whose phase is final. Visited bins are queued in one linked list per level.
    """
    head, after = np.full(level.max() + 1, -1), np.empty(level.size, np.int64)
    loudest = -1
    for current in start:
        current_level = level[current]
        head[current_level], after[current], level[current] = current, head[current_level], -1
        loudest = max(loudest, current_level)
    _visit(level, gradient, phase, width, head, after, loudest)
    for start_bin in loudest_first:
        if level[start_bin] >= 0:
            loudest = level[start_bin]
            head[loudest], after[start_bin], level[start_bin], phase[start_bin] = start_bin, -1, -1, 0.0
            _visit(level, gradient, phase, width, head, after, loudest)


@numba.njit(nogil=True)
def _visit(
    level: np.ndarray,
    gradient: np.ndarray,
    phase: np.ndarray,
    width: int,
    head: np.ndarray,
    after: np.ndarray,
    loudest: int,
) -> None:
    """Integrate to the neighbours of the loudest queued bin until the queue is empty."""
    steps = np.array([1, -1, width, -width])
    while loudest >= 0:
        current = head[loudest]
        if current < 0:
            loudest -= 1
            continue
        head[loudest] = after[current]
        for direction in range(4):
            neighbour = current + steps[direction]
            neighbour_level = level[neighbour]
            if neighbour_level >= 0:
                slope = (gradient[direction // 2, current] + gradient[direction // 2, neighbour]) / 2
                phase[neighbour] = phase[current] + (slope if direction % 2 == 0 else -slope)
                head[neighbour_level], after[neighbour], level[neighbour] = neighbour, head[neighbour_level], -1
                loudest = max(loudest, neighbour_level)
