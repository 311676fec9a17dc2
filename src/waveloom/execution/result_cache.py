"""What a stage has done so far, so that killed at any moment it goes on where it was."""

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
STALE_DAYS = 14
MOST = 16  # journals of one stage
_DIGEST = hashlib.sha256().digest_size

NO_CLIPS = np.empty((0, 0), np.float32)

Item = TypeVar("Item")


class Piece(NamedTuple):
    """A part of what a stage makes: rows of its table, and clips (n, ...) float32 where it makes some."""

    rows: pd.DataFrame
    clips: np.ndarray = NO_CLIPS


def in_chunks(pieces: Iterable[Piece], size: int) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Join and cut pieces with clips so that each but the last holds `size` clips: their rows and samples."""
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
def journal(checkpoints: Path | None, stage: str, *shaped_by: Any) -> Iterator[Path | None]:
    """Give the folder of a stage's journal, named by all that shapes its pieces: `shaped_by`, our code, the libraries.

    When the block ends well, this journal goes; those of other parameters stay, for runs that are still on their way
    (parallel experiments share `checkpoints`), until nothing was added to them for `STALE_DAYS` or `MOST` are newer.
    No checkpoints, no journal.
    """
    if checkpoints is None:
        yield None
        return
    said = [
        stage,
        *map(repr, shaped_by),
        code_digest(Path(waveloom.__file__).parent),
        *(version(name) for name in LIBRARIES),
    ]
    folder = checkpoints / f"{stage}-{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]}"
    yield folder
    for done in [folder, *_stale(checkpoints, stage)]:
        shutil.rmtree(done, ignore_errors=True)


def _stale(checkpoints: Path, stage: str) -> list[Path]:
    """List the stage's journals that no run is likely to take up again: the old ones, and all but the newest."""
    ages = []
    for path in checkpoints.glob(f"{stage}-*"):
        with suppress(FileNotFoundError):  # another process has just removed it
            ages.append((time.time() - path.stat().st_mtime, path))
    return [path for place, (age, path) in enumerate(sorted(ages)) if age > 86_400 * STALE_DAYS or place >= MOST]


def remembered(
    work: Callable[[Item], Piece], key: Callable[[Item], str], folder: Path | None
) -> Callable[[Item], Piece]:
    """Have `work` done once: each piece is kept in `folder` under its item's `key`, and taken from there again.

    An item whose key is empty is worked on each time; so is every item if there is no folder.
    """
    return _Remembered(work, key, folder) if folder else work


@dataclass(frozen=True)
class _Remembered(Generic[Item]):
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
    """Write aside, with the digest of the whole before it, and rename: what is read again is whole or not there."""
    table = pa.Table.from_pandas(piece.rows, preserve_index=False)
    if len(piece.clips):
        table = table.append_column(_CLIPS, pa.FixedShapeTensorArray.from_numpy_ndarray(piece.clips))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    whole = sink.getvalue()
    while True:
        new = temporary_name(path)
        with suppress(FileNotFoundError, FileExistsError):  # the end of another run of the stage removes the folder
            path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(hashlib.sha256(whole).digest())
                file.write(whole)
            new.rename(path)
            return


def _read(path: Path) -> Piece | None:
    try:
        whole = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None
    if hashlib.sha256(whole[_DIGEST:]).digest() != whole[:_DIGEST]:
        return None
    table = pa.ipc.open_stream(pa.py_buffer(whole[_DIGEST:])).read_all()
    if _CLIPS not in table.column_names:
        return Piece(table.to_pandas())
    clips = table[_CLIPS].combine_chunks().to_numpy_ndarray()
    return Piece(table.drop_columns(_CLIPS).to_pandas(), clips)


_CLIPS = "clip samples"
