"""The store of clips as a Kedro dataset."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from kedro.io import AbstractDataset

from waveloom.audio.store import ClipStore, open_store, write


@dataclass(frozen=True)
class ClipStream:
    """Clips to be stored: chunks of index rows and samples (n, samples), at `rate_hz`."""

    chunks: Iterable[tuple[pd.DataFrame, np.ndarray]]
    rate_hz: int
    samples: int


class ClipsDataset(AbstractDataset[ClipStream, ClipStore]):
    """Streams clips into a folder (Zarr array and Parquet index); loading opens it without reading the clips."""

    def __init__(self, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self.metadata = metadata

    def load(self) -> ClipStore:
        return open_store(self._path)

    def save(self, data: ClipStream) -> None:
        write(self._path, data.chunks, data.rate_hz, data.samples)

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}

    def _exists(self) -> bool:
        return self._path.is_dir()
