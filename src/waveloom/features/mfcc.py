"""Mel-frequency cepstral coefficients (MFCCs) and their deltas, equal to librosa's, for batches of clips."""

from functools import lru_cache

import numpy as np
import scipy.fft

from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.mel import power_to_mel_db
from waveloom.features.spectrum import frames, masked_chunks, power_spectrogram


def mfcc(clips: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    """MFCCs, deltas and second-order deltas (axis 1): (n, samples) -> (n, 3, n_mfcc, frames) float32.

    Equal to `librosa.feature.mfcc` and `librosa.feature.delta` of each clip after masking with `floor_db`.
    """
    blocks = []
    for chunk in masked_chunks(clips, rate_hz, config):
        coefficients = cepstra(power_to_mel_db(power_spectrogram(chunk, config), rate_hz, config), config)
        blocks.append(np.concatenate([coefficients[:, None], deltas(coefficients, config)], axis=1))
    empty = frames(np.zeros((0, clips.shape[1]), np.float32), config).shape[1]
    return np.concatenate([np.zeros((0, 3, config.n_mfcc, empty), np.float32), *blocks])


def cepstra(decibels: np.ndarray, config: Features) -> np.ndarray:
    """Cepstral coefficients of a mel spectrogram in dB: (n, frames, n_mels) -> (n, n_mfcc, frames)."""
    cosines = _cosines(config.n_mels, config.n_mfcc, config.lifter)
    return np.ascontiguousarray((decibels @ cosines).swapaxes(1, 2))


def deltas(coefficients: np.ndarray, config: Features) -> np.ndarray:
    """First and second derivative over time: (n, k, frames) -> (n, 2, k, frames), per frame and per frame squared.

    With fewer frames than `delta_width` the widest odd number of them is used; with fewer than 3 the deltas are 0.
    """
    if config.delta_width % 2 == 0:
        raise InputError(
            f"features.delta_width is {config.delta_width}; it must be odd, such as {config.delta_width + 1}."
        )
    return np.stack(
        [coefficients @ _derivative(coefficients.shape[2], config.delta_width, order) for order in (1, 2)], axis=1
    )


@lru_cache(maxsize=4)
def _cosines(n_mels: int, n_mfcc: int, lifter: float) -> np.ndarray:
    """Orthonormal DCT-II matrix (n_mels, n_mfcc), its columns weighted by the sine lifter of HTK."""
    if n_mfcc > n_mels:
        raise InputError(f"features.n_mfcc is {n_mfcc}, but n_mels is {n_mels}; lower n_mfcc or raise n_mels.")
    cosines = scipy.fft.dct(np.eye(n_mels), axis=1, norm="ortho")[:, :n_mfcc]
    if lifter > 0:
        cosines = cosines * (1 + lifter / 2 * np.sin(np.pi * np.arange(1, 1 + n_mfcc) / lifter))
    return np.ascontiguousarray(cosines.astype(np.float32))


@lru_cache(maxsize=16)
def _derivative(length: int, width: int, order: int) -> np.ndarray:
    """Matrix (length, length) of a Savitzky-Golay differentiator (1964): row of values @ matrix -> derivatives.

    Polynomials of degree `order` over `width` frames; near an end the last full window is used.
    """
    width = min(width, length - 1 + length % 2)
    matrix = np.zeros((length, length))
    for frame in range(length if width >= 3 else 0):
        start = min(max(frame - width // 2, 0), length - width)
        powers = np.vander(np.arange(start, start + width) - frame, order + 1, increasing=True)
        matrix[start : start + width, frame] = order * np.linalg.pinv(powers)[order]  # order! is 1 or 2
    return matrix.astype(np.float32)
