"""What file headers tell of a corpus, without decoding a sound: thousands of files a second."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from waveloom.audio.decode import Header, Limits, Rejected, check_header, probe_all
from waveloom.audio.digests import fingerprint
from waveloom.execution.executor import in_batches
from waveloom.ingest.corpora import Recording
from waveloom.ingest.recordings import Row, unheard, unreadable_name

BATCH = 64  # files a thread takes at once: a hand-over costs as much as a header
END = 4096  # bytes at each end of a file that tell most files of one size apart


def survey_headers(found: Iterable[Recording], limits: Limits) -> Iterator[Row]:
    """Give the row of every recording as far as its header goes, in order; equal bytes are found as ingest does."""
    with ThreadPoolExecutor(2) as threads:  # each waits for a decoder of its own
        rows = [row for batch in threads.map(partial(_look, limits=limits), in_batches(found, BATCH)) for row in batch]
    sound = [row for row in rows if row["status"] == "accepted" and row["path"]]
    twins = same_bytes([row["path"] for row in sound])
    names = {row["path"]: row["name"] for row in reversed(sound)}
    seen: set[str] = set()
    for row in rows:
        first = str(twins.get(row["path"], row["path"]))
        if row["status"] == "accepted" and row["path"] and first in seen:
            row |= {"status": "rejected", "reason": f"same bytes as {names[first]}"}
        seen.add(first)
        yield row


def same_bytes(paths: Iterable[str]) -> dict[str, str]:
    """Map each file to the first with the same bytes; files whose size or ends differ are not read whole."""
    groups: dict[tuple, list[str]] = defaultdict(list)
    for path in dict.fromkeys(paths):
        groups[(os.stat(path).st_size,)].append(path)
    for closer in (_ends, lambda path: fingerprint(Path(path))):
        groups = _regroup([group for group in groups.values() if len(group) > 1], closer)
    return {path: group[0] for group in groups.values() for path in group[1:]}


def _regroup(groups: Iterable[list[str]], key: Callable[[str], str]) -> dict[tuple, list[str]]:
    finer: dict[tuple, list[str]] = defaultdict(list)
    for number, group in enumerate(groups):
        for path in group:
            finer[number, key(path)].append(path)
    return finer


def _ends(path: str) -> str:
    with open(path, "rb") as file:
        head = file.read(END)
        file.seek(max(os.fstat(file.fileno()).st_size - END, 0))
        return hashlib.sha256(head + file.read(END)).hexdigest()


def _look(batch: list[Recording], limits: Limits) -> list[Row]:
    rows = [_refused(recording) for recording in batch]
    open_ones = [(recording, row) for recording, row in zip(batch, rows, strict=True) if not row["reason"]]
    found = probe_all(recording.path or Path() for recording, _ in open_ones if not recording.clip)
    for recording, row in open_ones:
        clip = recording.clip
        row |= _told(
            Header(clip.rate, len(np.atleast_2d(clip.samples)), clip.samples.shape[-1]) if clip else next(found), limits
        )
    return rows


def _refused(recording: Recording) -> Row:
    """Give the row of a recording as long as nobody looked at it, with the reason if nobody should."""
    row = unheard(recording, recording.path or Path())
    row |= {} if recording.path else {"path": ""}  # a made sound lies nowhere yet
    reason = recording.reason or unreadable_name(recording.name)
    return row | ({"status": "rejected", "reason": reason} if reason else {})


def _told(said: Header | Rejected, limits: Limits) -> Row:
    if isinstance(said, Rejected):
        return {"status": "rejected", "reason": str(said)}
    row = {"rate_hz": said.rate, "channels": said.channels, "seconds": said.seconds}
    try:
        check_header(said, limits)
    except Rejected as error:
        return row | {"status": "rejected", "reason": str(error)}
    return row
