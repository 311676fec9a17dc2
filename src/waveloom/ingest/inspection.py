"""Inspection of every recording of a corpus: decoding, measurement, and acceptance or rejection."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from waveloom.audio.clip import Clip
from waveloom.audio.decode import Channel, DecodedFile, Limits, Rejected, decode_all
from waveloom.audio.digests import sample_digest
from waveloom.audio.file_names import bounded_path
from waveloom.audio.header import no_such_channel
from waveloom.execution.executor import SERIAL, Execution, in_batches, ordered_map
from waveloom.execution.result_cache import Piece, cached
from waveloom.ingest.corpora import Recording
from waveloom.ingest.health import health
from waveloom.ingest.recording_rows import Row, identified_row, rejected
from waveloom.preparation.config import Prepare
from waveloom.preparation.convert import rejection_reason
from waveloom.similarity.fingerprint import fingerprint

CHUNK = 64  # recordings that one worker takes
DEFAULT_PREPARE = Prepare()


@dataclass(frozen=True)
class Inspection:
    """How recordings are inspected.

    Generated sounds are written below `generated`. With `fingerprints`, each accepted row has a column `fingerprint`.
    A recording is rejected if `prepare` would leave nothing of its channel, at its rate.
    """

    limits: Limits
    generated: Path
    fingerprints: bool = False
    prepare: Prepare = DEFAULT_PREPARE


def inspect_recordings(
    recordings: Iterable[Recording], inspection: Inspection, execution: Execution = SERIAL, cache: Path | None = None
) -> Iterator[Row]:
    """Decode and measure every recording once and yield its row, in order; memory does not grow with their number.

    Results are stored in the folder `cache` and taken from there after an interruption.
    """
    inspect = cached(partial(_inspect_chunk, inspection=inspection), _cache_key, cache)
    for piece in ordered_map(inspect, in_batches(recordings, CHUNK), execution):
        yield from _rows(piece.rows)


def rows_to_table(rows: Iterable[Row]) -> pd.DataFrame:
    """Join rows to a table in blocks, since rows as dicts take ten times the memory."""
    parts = [pd.DataFrame(part) for part in in_batches(rows, 4096)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _rows(table: pd.DataFrame) -> Iterator[Row]:
    return (dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None))


def _cache_key(recordings: Sequence[Recording]) -> str:
    """Return a key that changes with the recordings or their files, detected as by DVC; empty for generated sounds."""
    if any(recording.path is None for recording in recordings):
        return ""
    return repr([(recording, _file_state(recording.path)) for recording in recordings if recording.path])


def _file_state(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _inspect_chunk(recordings: Sequence[Recording], inspection: Inspection) -> Piece:
    rows = [
        identified_row(recording, recording.path or _write_generated(recording, inspection.generated))
        for recording in recordings
    ]
    readable = [row for row in rows if not row["reason"]]
    channel = inspection.prepare.channel
    decoded_files = decode_all((Path(row["path"]) for row in readable), inspection.limits, channel)
    for row, decoded in zip(readable, decoded_files, strict=True):
        if decoded.header:
            rate, channels, _ = decoded.header
            row |= {"rate_hz": rate, "channels": channels, "seconds": decoded.header.seconds}
        row |= _measured(_with_channel(decoded, channel), inspection)
    return Piece(pd.DataFrame(rows))


def _with_channel(decoded: DecodedFile, channel: Channel) -> Clip | Rejected:
    """Reject a sound that lacks the channel; mono files are always decoded to their only channel."""
    if decoded.header and isinstance(channel, int) and channel >= decoded.header.channels:
        return no_such_channel(channel, decoded.header.channels)
    return decoded.clip


def _measured(clip: Clip | Rejected, inspection: Inspection) -> Row:
    if isinstance(clip, Rejected):
        return rejected(str(clip))
    if reason := rejection_reason(clip, inspection.prepare):
        return rejected(reason)
    measured = {**health(clip), "pcm_id": sample_digest(clip)}
    return {**measured, "fingerprint": fingerprint(clip.mono).packed()} if inspection.fingerprints else measured


def _write_generated(recording: Recording, folder: Path) -> Path:
    """Write a generated sound as 16-bit FLAC, lossless and half the size."""
    clip: Clip | None = recording.clip
    if clip is None:
        raise TypeError(f"{recording.name} has neither a path nor a clip; its corpus must give one.")
    path = folder / f"{bounded_path(recording.name)}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.round(np.clip(clip.samples.T, -1, 1) * 32767).astype(np.int16), clip.rate, "PCM_16")
    return path
