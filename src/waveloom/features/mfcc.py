"""Mel-frequency cepstral coefficients and how they move: librosa's numbers, clip by clip, many clips at a time."""

from functools import lru_cache

import numpy as np
import scipy.fft

from waveloom.errors import InputError
from waveloom.features import Features
from waveloom.features.spectrum import frames, in_chunks, power

_BANDS = 8  # a mel filter is narrow: eight small products skip the zeros that one large product would multiply


def mfcc(clips: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    """The shape of each clip's spectrum over time, with its first and second slope.

    (n, samples) -> (n, 3, n_mfcc, frames) float32; axis 1 is: coefficients, deltas, deltas of second order.
    Equal to `librosa.feature.mfcc` and `librosa.feature.delta` called for each clip alone.
    """
    blocks = []
    for chunk in in_chunks(clips):
        coefficients = cepstra(power(frames(chunk, config), config), rate_hz, config)
        blocks.append(np.concatenate([coefficients[:, None], deltas(coefficients, config)], axis=1))
    empty = np.zeros((0, 3, config.n_mfcc, 1 + clips.shape[1] // config.hop), np.float32)
    return np.concatenate([empty, *blocks])


def cepstra(power: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    """Cosine transform of the mel spectrum in dB: (n, frames, bins) -> (n, n_mfcc, frames)."""
    mel = np.empty((*power.shape[:2], config.n_mels), np.float32)
    for rows, columns, weights in _mel_bands(rate_hz, config.n_fft, config.n_mels):
        np.matmul(power[:, :, columns], weights, out=mel[:, :, rows])
    decibels = np.log(np.maximum(mel, 1e-10, out=mel), out=mel)
    decibels *= 10 / np.log(10)
    # The floor belongs to the clip: taken over the batch, a quiet clip would change with its neighbours.
    np.maximum(decibels, decibels.max(axis=(1, 2), keepdims=True) - config.top_db, out=decibels)
    return np.ascontiguousarray((decibels @ _cosines(config.n_mels, config.n_mfcc)).swapaxes(1, 2))


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
def _mel_bands(rate_hz: int, n_fft: int, n_mels: int) -> list[tuple[slice, slice, np.ndarray]]:
    """Cut librosa's mel matrix into runs of filters: (rows, bins where they are not zero, weights (bins, rows))."""
    from librosa.filters import mel  # two seconds, and only for those who compute

    matrix = mel(sr=rate_hz, n_fft=n_fft, n_mels=n_mels)
    bands = []
    for filters in np.array_split(np.arange(n_mels), min(_BANDS, n_mels)):
        rows = slice(int(filters[0]), int(filters[-1]) + 1)
        used = np.flatnonzero(matrix[rows].any(axis=0))
        columns = slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0, 1)
        bands.append((rows, columns, np.ascontiguousarray(matrix[rows, columns].T)))
    return bands


@lru_cache(maxsize=4)
def _cosines(n_mels: int, n_mfcc: int) -> np.ndarray:
    if n_mfcc > n_mels:
        raise InputError(f"features.n_mfcc is {n_mfcc}, but n_mels is {n_mels}; lower n_mfcc or raise n_mels.")
    return np.ascontiguousarray(scipy.fft.dct(np.eye(n_mels), axis=1, norm="ortho")[:, :n_mfcc].astype(np.float32))


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
