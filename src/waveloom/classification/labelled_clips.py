"""Clips with labels, features and samples: the input of classifiers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.classification.config import Candidate
from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.table import KEYS, clip_features, feature_columns

_CHUNK = 64  # clips


@dataclass(frozen=True)
class LabelledClips:
    """Feature `table` with one row per clip; `chunks(rows)` reads the samples of these clips at `rate_hz`, in parts."""

    table: pd.DataFrame
    chunks: Callable[[np.ndarray], Iterator[np.ndarray]]
    rate_hz: int

    def subset(self, rows: np.ndarray) -> "LabelledClips":
        """The clips with these row numbers."""
        return LabelledClips(self.table.iloc[rows], lambda selected: self.chunks(rows[selected]), self.rate_hz)

    @property
    def features(self) -> np.ndarray:
        """The features without the keys: (n, columns)."""
        return self.table[feature_columns(self.table)].to_numpy()

    def examples(self, candidate: Candidate) -> np.ndarray:
        """The candidate's input: (n, ...), features or preprocessed samples."""
        if candidate.module.NEEDS == "features":
            return self.features
        preprocess, rows = candidate.module.preprocess, np.arange(len(self.table))
        return np.concatenate([preprocess(candidate.config, chunk, self.rate_hz) for chunk in self.chunks(rows)])


def from_store(store: ClipStore, table: pd.DataFrame) -> LabelledClips:
    """Combine the clips of a store with their features; InputError if they do not match or are not finite."""
    if table["clip_id"].tolist() != store.index["clip_id"].tolist():
        raise InputError(
            f"The {len(table)} rows of the feature table are not of the store's clips. Run features again."
        )
    return LabelledClips(_finite(table), lambda rows: (clips for _, clips in store.chunks(_CHUNK, rows)), store.rate_hz)


def from_clips(clips: np.ndarray, labels: np.ndarray, rate_hz: int, features: Features) -> LabelledClips:
    """Measure the features of clips (n, samples) with labels (n,)."""
    names = [f"made-{number:06d}" for number in range(len(clips))]
    keys = dict.fromkeys(KEYS, names) | {"label": labels.astype(str), "split": "train"}
    table = pd.concat([pd.DataFrame(keys), clip_features(clips, rate_hz, features)], axis=1)
    return LabelledClips(_finite(table), lambda rows: iter([clips[rows]]), rate_hz)


def _finite(table: pd.DataFrame) -> pd.DataFrame:
    columns = feature_columns(table)
    bad = ~np.isfinite(table[columns].to_numpy())
    if bad.any():
        row, column = (int(index) for index in np.argwhere(bad)[0])
        raise InputError(
            f"The feature {columns[column]} of clip {table['clip_id'].iloc[row]} is not finite, as are "
            f"{int(bad.sum())} values in all; run features again, or take the clips out."
        )
    return table
