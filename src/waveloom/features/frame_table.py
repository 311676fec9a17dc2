"""Table of features over time: one row per frame of a clip, one float32 column per feature."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from waveloom.features import Features
from waveloom.features.spectrum import masked_chunks
from waveloom.features.table import measure


def frame_table(
    chunks: Iterable[tuple[pd.DataFrame, np.ndarray]], rate_hz: int, config: Features
) -> Iterator[pd.DataFrame]:
    """Feature tables over time, in parts of a few clips; each chunk is (rows of the clip index, clips (n, samples)).

    Columns: clip_id; frame, from 0; seconds from the start of the clip to the middle of the frame; and every feature
    that varies in time.
    """
    for index, clips in chunks:
        names = iter(index["clip_id"])
        for part in masked_chunks(clips, rate_hz, config):
            yield _rows([next(names) for _ in part], part, rate_hz, config)


def _rows(clip_ids: list[str], clips: np.ndarray, rate_hz: int, config: Features) -> pd.DataFrame:
    varying = {name: values for name, values in measure(clips, rate_hz, config).items() if values.ndim == 2}
    count = next(iter(varying.values())).shape[1]
    middle = np.arange(count) * config.hop + (0 if config.centre else config.n_fft / 2)
    keys = {
        "clip_id": np.repeat(clip_ids, count),
        "frame": np.tile(np.arange(count, dtype=np.int32), len(clips)),
        "seconds": np.tile((middle / rate_hz).astype(np.float32), len(clips)),
    }
    return pd.DataFrame(keys | {name: values.ravel() for name, values in varying.items()})
