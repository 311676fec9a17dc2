"""Mel-frequency cepstral coefficients and how they move: librosa's numbers, clip by clip, many clips at a time."""

from functools import lru_cache

import numpy as np
import scipy.fft

from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.mel import decibels
from waveloom.features.spectrum import frames, in_chunks, power


def mfcc(clips: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    """The shape of each clip's spectrum over time, with its first and second slope.

    (n, samples) -> (n, 3, n_mfcc, frames) float32; axis 1 is: coefficients, deltas, deltas of second order.
    Equal to `librosa.feature.mfcc` and `librosa.feature.delta` called for each clip alone, once `floor_db` has hidden
    what is inaudible.
    """
    blocks = []
    for chunk in in_chunks(clips, rate_hz, config):
        coefficients = cepstra(decibels(power(chunk, config), rate_hz, config), config)
        blocks.append(np.concatenate([coefficients[:, None], deltas(coefficients, config)], axis=1))
    empty = frames(np.zeros((0, clips.shape[1]), np.float32), config).shape[1]
    return np.concatenate([np.zeros((0, 3, config.n_mfcc, empty), np.float32), *blocks])


def cepstra(decibels: np.ndarray, config: Features) -> np.ndarray:
    """Cosine transform of the mel spectrum in dB: (n, frames, n_mels) -> (n, n_mfcc, frames)."""
    cosines = _cosines(config.n_mels, config.n_mfcc, config.lifter)
    return np.ascontiguousarray((decibels @ cosines).swapaxes(1, 2))


def deltas(coefficients: np.ndarray, config: Features) -> np.ndarray:
    """First and second slope over time: (n, k, frames) -> (n, 2, k, frames), in units a frame and a frame squared.

    A clip of fewer frames than `delta_width` is fitted over the widest odd number of frames it has; with fewer
    than 3 frames there is no slope to speak of, and it is 0.
    """
    if config.delta_width % 2 == 0:
        raise InputError(
            f"features.delta_width is {config.delta_width}; it must be odd, such as {config.delta_width + 1}."
        )
    return np.stack(
        [coefficients @ _slope(coefficients.shape[2], config.delta_width, order) for order in (1, 2)], axis=1
    )


@lru_cache(maxsize=4)
def _cosines(n_mels: int, n_mfcc: int, lifter: float) -> np.ndarray:
    """The matrix (n_mels, n_mfcc) of the orthonormal cosine transform, its columns weighted by HTK's sine lifter."""
    if n_mfcc > n_mels:
        raise InputError(f"features.n_mfcc is {n_mfcc}, but n_mels is {n_mels}; lower n_mfcc or raise n_mels.")
    cosines = scipy.fft.dct(np.eye(n_mels), axis=1, norm="ortho")[:, :n_mfcc]
    if lifter > 0:
        cosines = cosines * (1 + lifter / 2 * np.sin(np.pi * np.arange(1, 1 + n_mfcc) / lifter))
    return np.ascontiguousarray(cosines.astype(np.float32))


@lru_cache(maxsize=16)
def _slope(length: int, width: int, order: int) -> np.ndarray:
    """The matrix (length, length) that turns a row of values into the slopes of polynomials fitted around each.

    Savitzky and Golay (1964), a polynomial of degree `order`; near an end, that of the last full window.
    """
    width = min(width, length - 1 + length % 2)
    matrix = np.zeros((length, length))
    for now in range(length if width >= 3 else 0):
        start = min(max(now - width // 2, 0), length - width)
        powers = np.vander(np.arange(start, start + width) - now, order + 1, increasing=True)
        matrix[start : start + width, now] = order * np.linalg.pinv(powers)[order]  # order! is 1 or 2
    return matrix.astype(np.float32)
