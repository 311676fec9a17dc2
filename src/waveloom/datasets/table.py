"""A Parquet table as a Kedro dataset, saved as a whole or as a stream of pieces."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from kedro.io import AbstractDataset

from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file

GROUP_ROWS = 4096


@dataclass(frozen=True)
class TableStream:
    """Consecutive pieces of one table, with the same columns."""

    pieces: Iterable[pd.DataFrame]


class TableDataset(AbstractDataset[pd.DataFrame | TableStream, pd.DataFrame]):
    """Parquet with zstd; floats are byte-split and only text is dictionary-coded, which halves the size of features."""

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(filepath)
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        # Columns are copied one by one and their buffers freed; otherwise memory would hold the table twice.
        return pq.read_table(self._path).to_pandas(split_blocks=True, self_destruct=True)

    def save(self, data: pd.DataFrame | TableStream) -> None:
        pieces = data.pieces if isinstance(data, TableStream) else [data]
        with replaced_file(self._path) as new:
            if not _write(new, pieces):
                raise InputError(f"{self._path.name} would have no row: the previous stage produced none.")

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._path)}

    def _exists(self) -> bool:
        return self._path.is_file()


def _write(path: Path, pieces: Iterable[pd.DataFrame]) -> int:
    writer, rows = None, 0
    try:
        for part in _joined(pieces):
            table = pa.Table.from_pandas(part, schema=writer.schema if writer else None, preserve_index=False)
            writer = writer or _writer(path, table.schema)
            writer.write_table(table)
            rows += len(part)
    finally:
        if writer:
            writer.close()
    return rows


def _joined(pieces: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Join small pieces, since each row group of Parquet costs a kilobyte per column, in the file and in memory."""
    waiting: list[pd.DataFrame] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) >= GROUP_ROWS:
            yield pd.concat(waiting, ignore_index=True)
            waiting = []
    if waiting:
        yield pd.concat(waiting, ignore_index=True)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    text = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
    floats = [f.name for f in schema if pa.types.is_floating(f.type)]
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=text, use_byte_stream_split=floats)
