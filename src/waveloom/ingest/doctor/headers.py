"""The table of recordings as far as file headers go, without decoding a sound: thousands of files a second."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from waveloom.audio.decode import Header, Limits, Rejected, check_header, probe_all
from waveloom.audio.digests import file_digest
from waveloom.execution.executor import in_batches
from waveloom.ingest.corpora import Recording
from waveloom.ingest.recording_rows import Row, metadata_row, rejected, unreadable_name

BATCH = 64  # files per task of a thread: submitting a task takes as long as reading a header
END_BYTES = 4096  # at each end of a file, which differ for most files of equal size


def header_rows(recordings: Iterable[Recording], limits: Limits) -> Iterator[Row]:
    """Yield the row of every recording from its header, in order; repeated bytes are rejected as in ingest."""
    with ThreadPoolExecutor(2) as threads:  # each uses a decoder process of its own
        batches = threads.map(partial(_batch_rows, limits=limits), in_batches(recordings, BATCH))
        rows = [row for batch in batches for row in batch]
    accepted = [row for row in rows if row["status"] == "accepted" and row["path"]]
    duplicates = same_bytes([row["path"] for row in accepted])
    names = {row["path"]: row["name"] for row in reversed(accepted)}
    seen: set[str] = set()
    for row in rows:
        first = str(duplicates.get(row["path"], row["path"]))
        if row["status"] == "accepted" and row["path"] and first in seen:
            row |= rejected(f"same bytes as {names[first]}")
        seen.add(first)
        yield row


def same_bytes(paths: Iterable[str]) -> dict[str, str]:
    """Map each file to the first with the same bytes; files whose size or ends differ are not read whole."""
    groups: dict[tuple, list[str]] = defaultdict(list)
    for path in dict.fromkeys(paths):
        groups[(os.stat(path).st_size,)].append(path)
    for key in (_ends_digest, lambda path: file_digest(Path(path))):
        groups = _regroup([group for group in groups.values() if len(group) > 1], key)
    return {path: group[0] for group in groups.values() for path in group[1:]}


def _regroup(groups: Iterable[list[str]], key: Callable[[str], str]) -> dict[tuple, list[str]]:
    finer: dict[tuple, list[str]] = defaultdict(list)
    for number, group in enumerate(groups):
        for path in group:
            finer[number, key(path)].append(path)
    return finer


def _ends_digest(path: str) -> str:
    with open(path, "rb") as file:
        head = file.read(END_BYTES)
        file.seek(max(os.fstat(file.fileno()).st_size - END_BYTES, 0))
        return hashlib.sha256(head + file.read(END_BYTES)).hexdigest()


def _batch_rows(batch: list[Recording], limits: Limits) -> list[Row]:
    rows = [_initial_row(recording) for recording in batch]
    readable = [(recording, row) for recording, row in zip(batch, rows, strict=True) if not row["reason"]]
    headers = probe_all(recording.path or Path() for recording, _ in readable if not recording.clip)
    for recording, row in readable:
        clip = recording.clip
        generated = Header(clip.rate, len(np.atleast_2d(clip.samples)), clip.samples.shape[-1]) if clip else None
        row |= _header_columns(generated or next(headers), limits)
    return rows


def _initial_row(recording: Recording) -> Row:
    """Return the row of a recording before its header is read, with the reason if it must not be read."""
    row = metadata_row(recording, recording.path or Path())
    row |= {} if recording.path else {"path": ""}  # a generated sound has no file yet
    reason = recording.reason or unreadable_name(recording.name)
    return row | (rejected(reason) if reason else {})


def _header_columns(header: Header | Rejected, limits: Limits) -> Row:
    if isinstance(header, Rejected):
        return rejected(str(header))
    row = {"rate_hz": header.rate, "channels": header.channels, "seconds": header.seconds}
    try:
        check_header(header, limits)
    except Rejected as error:
        return row | rejected(str(error))
    return row
