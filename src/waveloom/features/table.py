"""The table of features: one row a clip, one named float32 column a number."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pandas as pd

from waveloom.features import Features
from waveloom.features.descriptors import NAMES, descriptors
from waveloom.features.mfcc import cepstra, deltas
from waveloom.features.spectrum import frames, in_chunks, power

KEYS = ["clip_id", "recording_id", "label", "group", "split"]
_THREADS = 2  # numpy's and scipy's loops release the GIL


def describe(clips: np.ndarray, rate_hz: int, config: Features) -> pd.DataFrame:
    """Mean and standard deviation over time of every coefficient, slope and descriptor: (n, samples) -> n rows."""
    columns = _columns(config)
    rows = [_measure(chunk, rate_hz, config) for chunk in in_chunks(clips)]
    return pd.DataFrame(np.concatenate([np.zeros((0, len(columns)), np.float32), *rows]), columns=columns)


def feature_table(
    chunks: Iterable[tuple[pd.DataFrame, np.ndarray]], rate_hz: int, config: Features
) -> Iterator[pd.DataFrame]:
    """Describe chunk after chunk of (index rows, clips (n, samples)), in order, holding only a few at a time."""
    waiting: deque[Future[pd.DataFrame]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        for index, clips in chunks:
            waiting.append(pool.submit(_rows, index, clips, rate_hz, config))
            if len(waiting) > _THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def feature_columns(table: pd.DataFrame) -> list[str]:
    """Name the columns of `table` that hold features, in order."""
    return [str(column) for column in table.columns if column not in KEYS]


def _rows(index: pd.DataFrame, clips: np.ndarray, rate_hz: int, config: Features) -> pd.DataFrame:
    return pd.concat([index[KEYS].reset_index(drop=True), describe(clips, rate_hz, config)], axis=1)


def _columns(config: Features) -> list[str]:
    moving = [f"mfcc_{k:02d}{slope}" for slope in ("", "_delta", "_delta2") for k in range(config.n_mfcc)]
    return [f"{name}_{statistic}" for name in (*moving, *NAMES) for statistic in ("mean", "std")]


def _measure(clips: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    """Everything known of a few clips: (n, samples) -> (n, columns), float32."""
    # In double precision, as librosa's own window makes it: the flatness of a tone is made of what lies far below it.
    spectra = power(frames(clips.astype(np.float64), config), config)
    coefficients = cepstra(spectra, rate_hz, config)
    slopes = deltas(coefficients, config).reshape(len(clips), -1, coefficients.shape[2])
    named = np.stack(list(descriptors(clips, spectra, rate_hz, config).values()), axis=1)
    moving = np.concatenate([coefficients, slopes, named], axis=1)  # (n, what, frames)
    return np.stack([moving.mean(axis=2), moving.std(axis=2)], axis=2).reshape(len(clips), -1)
