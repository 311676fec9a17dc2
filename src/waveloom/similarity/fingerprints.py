"""Soundprints at rest: on disk, frame by frame, so that memory does not grow with the sounds."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from waveloom.similarity.fingerprint import SIZE, Soundprint

FRAME = np.dtype([("owner", np.int32), ("time", np.float32), ("point", np.float32, SIZE)])  # 72 bytes
BLOCK = 1 << 15  # frames that are in memory at once


class Prints:
    """Frames of recordings in a file without a name; owners are the recordings' places, from 0, in rising order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115, it goes with us
        self.recordings = 0

    def add(self, made: Soundprint | None) -> None:
        """Take the print of the next recording; None if it has none."""
        if made is not None and len(made.points):
            frames = np.empty(len(made.points), FRAME)
            frames["owner"], frames["time"], frames["point"] = self.recordings, made.times, made.points
            self._file.write(frames.data)
        self.recordings += 1

    def set_apart(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Take the column `soundprint` out of rows on their way."""
        for row in rows:
            packed = row.pop("soundprint", None)
            self.add(Soundprint.unpacked(packed) if isinstance(packed, np.ndarray) else None)
            yield row

    def blocks(self, among: np.ndarray) -> Iterator[np.ndarray]:
        """Read the frames of the recordings that the mask `among` (recordings,) names, a block at a time."""
        self._file.flush()
        place, size = 0, BLOCK * FRAME.itemsize
        while read := os.pread(self._file.fileno(), size, place):
            place += len(read)
            block = np.frombuffer(read, FRAME)
            chosen = block[among[block["owner"]]]
            if len(chosen):
                yield chosen
