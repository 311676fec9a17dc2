"""A cache of a stage's results on disk, so that a stage that was killed resumes where it stopped."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

import waveloom
from waveloom.execution.atomic_folder import temporary_name
from waveloom.execution.code_digest import code_digest

LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "soundfile", "soxr", "librosa")
STALE_DAYS = 14  # since the last result was added
MAX_CACHES = 16  # of one stage
_DIGEST = hashlib.sha256().digest_size

NO_CLIPS = np.empty((0, 0), np.float32)

Item = TypeVar("Item")


class Piece(NamedTuple):
    """A part of a stage's output: rows of its table and, if the stage makes clips, their samples: (n, ...) float32."""

    rows: pd.DataFrame
    clips: np.ndarray = NO_CLIPS


def in_chunks(pieces: Iterable[Piece], size: int) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Join and cut pieces into chunks of `size` clips (the last may be smaller); yield their rows and samples."""
    rows, clips = pd.DataFrame(), NO_CLIPS
    for piece in pieces:
        rows = pd.concat([rows, piece.rows], ignore_index=True) if len(rows) else piece.rows
        clips = np.concatenate([clips, piece.clips]) if len(clips) else piece.clips
        while len(rows) >= size:
            yield rows[:size], clips[:size]
            rows, clips = rows[size:].reset_index(drop=True), clips[size:]
    if len(rows):
        yield rows, clips


@contextmanager
def stage_cache(checkpoints: Path | None, stage: str, *inputs: Any) -> Iterator[Path | None]:
    """Yield the folder of a stage's cache; its name is a hash of the inputs, our code and the versions of libraries.

    When the block succeeds, this cache is removed. Caches of other inputs belong to parallel experiments with the same
    `checkpoints`; they are removed once no result was added for `STALE_DAYS`, or `MAX_CACHES` are newer. Without
    `checkpoints` there is no cache.
    """
    if checkpoints is None:
        yield None
        return
    identity = [
        stage,
        *map(repr, inputs),
        code_digest(Path(waveloom.__file__).parent),
        *(version(name) for name in LIBRARIES),
    ]
    folder = checkpoints / f"{stage}-{hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]}"
    yield folder
    for unused in [folder, *_stale(checkpoints, stage)]:
        shutil.rmtree(unused, ignore_errors=True)


def _stale(checkpoints: Path, stage: str) -> list[Path]:
    """List the stage's caches that are older than `STALE_DAYS` or not among the newest `MAX_CACHES`."""
    ages = []
    for path in checkpoints.glob(f"{stage}-*"):
        with suppress(FileNotFoundError):  # another process has just removed it
            ages.append((time.time() - path.stat().st_mtime, path))
    return [path for rank, (age, path) in enumerate(sorted(ages)) if age > 86_400 * STALE_DAYS or rank >= MAX_CACHES]


def cached(work: Callable[[Item], Piece], key: Callable[[Item], str], folder: Path | None) -> Callable[[Item], Piece]:
    """Wrap `work` so that the piece of an item is stored in `folder` under `key(item)`, and read from it next time.

    Items with an empty key are never stored; without a folder nothing is stored.
    """
    return _Cached(work, key, folder) if folder else work


@dataclass(frozen=True)
class _Cached(Generic[Item]):
    work: Callable[[Item], Piece]
    key: Callable[[Item], str]
    folder: Path

    def __call__(self, item: Item) -> Piece:
        key = self.key(item)
        if not key:
            return self.work(item)
        path = self.folder / hashlib.sha256(os.fsencode(key)).hexdigest()[:32]
        piece = _read(path)
        if piece is None:
            piece = self.work(item)
            _write(path, piece)
        return piece


def _write(path: Path, piece: Piece) -> None:
    """Write a temporary file, its SHA-256 first, and rename it, so that no incomplete file is ever read."""
    table = pa.Table.from_pandas(piece.rows, preserve_index=False)
    if len(piece.clips):
        table = table.append_column(_CLIPS, pa.FixedShapeTensorArray.from_numpy_ndarray(piece.clips))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    content = sink.getvalue()
    while True:
        temporary = temporary_name(path)
        with suppress(FileNotFoundError, FileExistsError):  # another run of the stage may remove the folder at its end
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(hashlib.sha256(content).digest())
                file.write(content)
            temporary.rename(path)
            return


def _read(path: Path) -> Piece | None:
    """Read a piece; None if the file is missing, incomplete or damaged."""
    try:
        content = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None
    if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
        return None
    table = pa.ipc.open_stream(pa.py_buffer(content[_DIGEST:])).read_all()
    if _CLIPS not in table.column_names:
        return Piece(table.to_pandas())
    clips = table[_CLIPS].combine_chunks().to_numpy_ndarray()
    return Piece(table.drop_columns(_CLIPS).to_pandas(), clips)


_CLIPS = "clip samples"
