"""Features over time: one row a frame of a clip, one named float32 column a number."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from waveloom.features import Features
from waveloom.features.spectrum import in_chunks
from waveloom.features.table import measure


def frame_table(
    chunks: Iterable[tuple[pd.DataFrame, np.ndarray]], rate_hz: int, config: Features
) -> Iterator[pd.DataFrame]:
    """Describe chunk after chunk of (index rows, clips (n, samples)), frame by frame, a few clips at a time.

    Columns: clip_id; frame, from 0; seconds from the clip's start to the frame's middle; and everything that
    `features.groups` measure over time.
    """
    for index, clips in chunks:
        names = iter(index["clip_id"])
        for part in in_chunks(clips, rate_hz, config):
            yield _rows([next(names) for _ in part], part, rate_hz, config)


def _rows(clip_ids: list[str], clips: np.ndarray, rate_hz: int, config: Features) -> pd.DataFrame:
    moving = {name: values for name, values in measure(clips, rate_hz, config).items() if values.ndim == 2}
    count = next(iter(moving.values())).shape[1]
    middle = np.arange(count) * config.hop + (0 if config.centre else config.n_fft / 2)
    keys = {
        "clip_id": np.repeat(clip_ids, count),
        "frame": np.tile(np.arange(count, dtype=np.int32), len(clips)),
        "seconds": np.tile((middle / rate_hz).astype(np.float32), len(clips)),
    }
    return pd.DataFrame(keys | {name: values.ravel() for name, values in moving.items()})
