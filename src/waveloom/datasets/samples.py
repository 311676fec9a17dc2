"""Generated clips as a Kedro dataset: WAV files with metadata, and their index."""

from pathlib import Path
from typing import Any

import pandas as pd
from kedro.io import AbstractDataset

from waveloom.audio.write import write_wav
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.generation.samples import Samples


class SamplesDataset(AbstractDataset[Samples, pd.DataFrame]):
    """A folder of 16-bit WAV files, with model, seed and label in their metadata, and `index.parquet`."""

    def __init__(self, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        return pd.read_parquet(self._path / "index.parquet")

    def save(self, data: Samples) -> None:
        with replaced_folder(self._path) as folder:
            for row, clip in zip(data.index.itertuples(), data.clips, strict=True):
                write_wav(
                    folder / str(row.file), clip, data.rate_hz, f"model {row.model} seed {row.seed}", str(row.label)
                )
            data.index.to_parquet(folder / "index.parquet", index=False)

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}

    def _exists(self) -> bool:
        return (self._path / "index.parquet").is_file()
