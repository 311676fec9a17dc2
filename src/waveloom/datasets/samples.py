"""Generated sounds as a Kedro dataset: WAV files that say where they come from, and their index."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile
from kedro.io import AbstractDataset

from waveloom.aside import replaced_folder, temporary_name
from waveloom.errors import InputError

_WAV_BYTES = 2**32 - 2**16  # of samples; the header takes its part of four gigabytes


@dataclass(frozen=True)
class Samples:
    """Generated `clips`, (n, samples) or (n, 2, samples), at `rate_hz`, and their `index`, a row each.

    Its columns are file, seed, label and model.
    """

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
    """Write one clip, (samples,) or (2, samples) in [-1, 1], as 16-bit WAV with its title and comment inside.

    The file is whole, or is not there.
    """
    write_long(path, [clip], clip.shape[-1], rate_hz, comment, title)


def write_long(path: Path, blocks: Iterable[np.ndarray], samples: int, rate_hz: int, comment: str, title: str) -> None:
    """Write one sound that comes in blocks, of `samples` altogether, as `write_wav` does."""
    blocks = iter(blocks)
    first = next(blocks)
    channels = len(np.atleast_2d(first))
    if samples * channels * 2 > _WAV_BYTES:
        raise InputError(
            f"{path} would have {samples * channels * 2 / 1e9:.1f} GB, and a WAV file holds {_WAV_BYTES / 1e9:.1f}; "
            "ask for fewer seconds."
        )
    aside = temporary_name(path)
    try:
        with soundfile.SoundFile(aside, "w", rate_hz, channels, "PCM_16", format="WAV") as file:
            file.title, file.comment = title or "unconditional", comment
            for block in chain([first], blocks):
                file.write(block.T)
        if soundfile.info(aside).frames != samples:
            raise OSError("not all of it was written")
        aside.rename(path)
    except (OSError, soundfile.LibsndfileError) as problem:
        raise InputError(
            f"{path} could not be written ({problem}); nothing of it was kept. Free some space, or give another folder."
        ) from problem
    finally:
        aside.unlink(missing_ok=True)
