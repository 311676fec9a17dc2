"""How loud each mel band is over time."""

from functools import lru_cache

import numpy as np

from waveloom.config.errors import InputError
from waveloom.features import Features

_BANDS = 8  # a mel filter is narrow: eight small products skip the zeros that one large product would multiply
_QUIET = 1e-10  # power; librosa's amin

Run = tuple[slice, slice, np.ndarray]


def decibels(power: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    """Mel spectrum in dB, at most `top_db` below the loudest value of its clip: (n, frames, bins) -> (.., n_mels)."""
    mel = np.empty((*power.shape[:2], config.n_mels), np.float32)
    for rows, columns, weights in runs(rate_hz, config):
        np.matmul(power[:, :, columns], weights, out=mel[:, :, rows])
    loudness = np.log(np.maximum(mel, _QUIET, out=mel), out=mel)
    loudness *= 10 / np.log(10)
    # The floor belongs to the clip: taken over the batch, a quiet clip would change with its neighbours.
    return np.maximum(loudness, loudness.max(axis=(1, 2), keepdims=True) - config.top_db, out=loudness)


@lru_cache(maxsize=4)
def runs(rate_hz: int, config: Features) -> list[Run]:
    """Cut librosa's mel matrix into runs of filters: (rows, bins where they are not zero, weights (bins, rows))."""
    from librosa.filters import mel  # two seconds, and only for those who compute

    top = config.fmax_hz or rate_hz / 2
    if not config.fmin_hz < top <= rate_hz / 2:
        raise InputError(
            f"features.fmin_hz is {config.fmin_hz:g} and fmax_hz {top:g}; at {rate_hz} Hz they must rise and stay "
            f"below {rate_hz / 2:g}."
        )
    norm = None if config.mel_norm == "none" else config.mel_norm
    matrix = mel(
        sr=rate_hz, n_fft=config.n_fft, n_mels=config.n_mels, fmin=config.fmin_hz, fmax=top, htk=config.htk, norm=norm
    )
    found = []
    for filters in np.array_split(np.arange(config.n_mels), min(_BANDS, config.n_mels)):
        rows = slice(int(filters[0]), int(filters[-1]) + 1)
        used = np.flatnonzero(matrix[rows].any(axis=0))
        columns = slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0, 1)
        found.append((rows, columns, np.ascontiguousarray(matrix[rows, columns].T)))
    return found
