"""Generated sounds as a Kedro dataset: WAV files that say where they come from, and their index."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile
from kedro.io import AbstractDataset

from waveloom.datasets.aside import replaced_folder


@dataclass(frozen=True)
class Samples:
    """Generated `clips` (n, samples) at `rate_hz`, and their `index`: columns file, seed, label, model; a row each."""

    clips: np.ndarray
    rate_hz: int
    index: pd.DataFrame


class SamplesDataset(AbstractDataset[Samples, pd.DataFrame]):
    """A folder of 16-bit WAV files, whose metadata name model, seed and label, and `index.parquet`."""

    def __init__(self, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        return pd.read_parquet(self._path / "index.parquet")

    def save(self, data: Samples) -> None:
        with replaced_folder(self._path) as aside:
            for row, clip in zip(data.index.itertuples(), data.clips, strict=True):
                write_wav(
                    aside / str(row.file), clip, data.rate_hz, f"model {row.model} seed {row.seed}", str(row.label)
                )
            data.index.to_parquet(aside / "index.parquet", index=False)

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}

    def _exists(self) -> bool:
        return (self._path / "index.parquet").is_file()


def write_wav(path: Path, clip: np.ndarray, rate_hz: int, comment: str, title: str) -> None:
    """Write one clip, (samples,) in [-1, 1], as 16-bit WAV with its title and comment inside."""
    with soundfile.SoundFile(path, "w", rate_hz, 1, "PCM_16") as file:
        file.title = title or "unconditional"
        file.comment = comment
        file.write(clip)
