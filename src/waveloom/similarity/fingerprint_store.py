"""Fingerprints in a temporary file, frame by frame, so that memory does not grow with the number of sounds."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from waveloom.similarity.fingerprint import SIZE, Fingerprint

FRAME = np.dtype([("owner", np.int32), ("time", np.float32), ("point", np.float32, SIZE)])  # 72 bytes
BLOCK = 1 << 15  # frames that are in memory at once


class FingerprintStore:
    """Frames of recordings in an anonymous file; an owner is a recording's position, from 0, in rising order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115, it is removed with this object
        self.recordings = 0

    def add(self, fingerprint: Fingerprint | None) -> None:
        """Add the fingerprint of the next recording; None if it has none."""
        if fingerprint is not None and len(fingerprint.points):
            frames = np.empty(len(fingerprint.points), FRAME)
            frames["owner"], frames["time"], frames["point"] = self.recordings, fingerprint.times, fingerprint.points
            self._file.write(frames.data)
        self.recordings += 1

    def take_from(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Move the column `fingerprint` of each row into this store, and yield the row without it."""
        for row in rows:
            packed = row.pop("fingerprint", None)
            self.add(Fingerprint.unpacked(packed) if isinstance(packed, np.ndarray) else None)
            yield row

    def blocks(self, selected: np.ndarray) -> Iterator[np.ndarray]:
        """Read the frames of the `selected` recordings (a mask), a block at a time."""
        self._file.flush()
        position, size = 0, BLOCK * FRAME.itemsize
        while content := os.pread(self._file.fileno(), size, position):
            position += len(content)
            block = np.frombuffer(content, FRAME)
            frames = block[selected[block["owner"]]]
            if len(frames):
                yield frames
