"""Mel spectrogram in decibels."""

from functools import lru_cache

import numpy as np

from waveloom.audio.mel_filters import librosa_filters
from waveloom.config.errors import InputError
from waveloom.features import Features

_BLOCKS = 8  # filters are narrow: eight small products skip the zeros of one large product
_LEAST_POWER = 1e-10  # amin of librosa

FilterBlock = tuple[slice, slice, np.ndarray]


def power_to_mel_db(power: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    """Mel spectrogram in dB, at most `top_db` below its clip's maximum: (n, frames, bins) -> (n, frames, n_mels)."""
    mel = np.empty((*power.shape[:2], config.n_mels), np.float32)
    for bands, bins, weights in filter_blocks(rate_hz, config):
        np.matmul(power[:, :, bins], weights, out=mel[:, :, bands])
    level = np.log(np.maximum(mel, _LEAST_POWER, out=mel), out=mel)
    level *= 10 / np.log(10)
    # The maximum of each clip, not of the batch: otherwise a quiet clip would depend on the other clips.
    return np.maximum(level, level.max(axis=(1, 2), keepdims=True) - config.top_db, out=level)


@lru_cache(maxsize=4)
def filter_blocks(rate_hz: int, config: Features) -> list[FilterBlock]:
    """Cut librosa's mel matrix into blocks of adjacent filters: (bands, bins that are not zero, (bins, bands))."""
    top = config.fmax_hz or rate_hz / 2
    if not config.fmin_hz < top <= rate_hz / 2:
        raise InputError(
            f"features.fmin_hz is {config.fmin_hz:g} and fmax_hz {top:g}; at {rate_hz} Hz they must rise and stay "
            f"below {rate_hz / 2:g}."
        )
    norm = None if config.mel_norm == "none" else config.mel_norm
    matrix = librosa_filters(rate_hz, config.n_fft, config.n_mels, (config.fmin_hz, top), config.htk, norm)
    blocks = []
    for filters in np.array_split(np.arange(config.n_mels), min(_BLOCKS, config.n_mels)):
        bands = slice(int(filters[0]), int(filters[-1]) + 1)
        used = np.flatnonzero(matrix[bands].any(axis=0))
        bins = slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0, 1)
        blocks.append((bands, bins, np.ascontiguousarray(matrix[bands, bins].T)))
    return blocks
