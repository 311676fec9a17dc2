"""prepare: make the clips of all accepted recordings."""

import logging
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from waveloom.audio.clip import Clip
from waveloom.audio.decode import Limits, Rejected, decode_all
from waveloom.audio.digests import file_digest
from waveloom.audio.header import check_regular
from waveloom.config.errors import InputError
from waveloom.execution.executor import SERIAL, Execution, ordered_map
from waveloom.execution.main_checkout import locate
from waveloom.execution.memory_limit import memory_limit
from waveloom.execution.result_cache import Piece, cached, in_chunks, stage_cache
from waveloom.preparation.config import Prepare
from waveloom.preparation.cut import NoClip, Row, cut
from waveloom.preparation.lengths import MUCH, cut_off, cut_off_message
from waveloom.preparation.pairs import check_pairs

log = logging.getLogger(__name__)

CHUNK = 64  # clips of a chunk, and recordings of a batch
BATCH_SECONDS = 300.0
COPIES = 3  # of a recording at its new rate that are in memory at once
NAMED = 3  # recordings without a clip that a message names
AS_INGESTED = Limits(min_seconds=0, max_seconds=float("inf"), silence_db=-240)  # ingest has applied its own limits


def prepare(
    recordings: pd.DataFrame,
    config: Prepare,
    base: Path = Path(),
    execution: Execution = SERIAL,
    checkpoints: Path | None = None,
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Make the clips of every accepted recording, in order, in chunks of up to 64: index rows and clips.

    Clips are (n, samples) float32, or (n, 2, samples) where both channels are used; the mean of the two then decides
    where a clip begins. Relative paths start at `base`. The bytes do not depend on `execution`, nor the memory on the
    number of clips. With `checkpoints`, a run that was killed continues where it stopped.
    """
    accepted = recordings[recordings["status"] == "accepted"]
    check_pairs(accepted, config)
    _check_memory(accepted, config)
    _report_cut_off(accepted, config)
    rows = (dict(zip(accepted.columns, row, strict=True)) for row in accepted.itertuples(index=False, name=None))
    with stage_cache(checkpoints, "prepare", config) as cache:
        cut_batch = cached(partial(_cut_batch, config=config, base=base), repr, cache)
        pieces = (piece for piece in ordered_map(cut_batch, _batches(rows), execution) if len(piece.rows))
        used: set[str] = set()
        for index, clips in in_chunks(pieces, CHUNK):
            used.update(index["recording_id"])
            yield index, clips
    _report_unused(accepted[~accepted["recording_id"].isin(used)], len(accepted), config, base)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Gather recordings for one worker: up to 64, fewer if they are long, since a long one gives many clips."""
    batch: list[Row] = []
    seconds = 0.0
    for row in rows:
        batch.append(row)
        seconds += row["seconds"]
        if len(batch) == CHUNK or seconds > BATCH_SECONDS:
            yield batch
            batch, seconds = [], 0.0
    if batch:
        yield batch


def _check_memory(accepted: pd.DataFrame, config: Prepare) -> None:
    """Raise an InputError if the longest recording, at its new rate, does not fit into memory."""
    seconds, channels = accepted["seconds"].max(), 2 if config.channel == "both" else 1
    needed, limit = COPIES * 4 * channels * config.rate_hz * seconds, memory_limit()
    if needed > limit:
        raise InputError(
            f"prepare.rate_hz is {config.rate_hz}, at which a recording of {seconds:.0f} s takes {needed / 1e9:.3g} "
            f"GB, and this process may have {limit / 1e9:.3g} GB; lower it, or ingest.max_seconds."
        )


def _report_cut_off(accepted: pd.DataFrame, config: Prepare) -> None:
    """Log what becomes of recordings that are longer than a clip; a warning if much of the audio is not used."""
    cut = cut_off(accepted["seconds"].tolist(), config)
    if cut.files:
        log.log(logging.WARNING if cut.share >= MUCH else logging.INFO, "%s", cut_off_message(cut, config))


def _report_unused(unused: pd.DataFrame, accepted: int, config: Prepare, base: Path) -> None:
    """Warn of accepted recordings that gave no clip, with the reasons; InputError if none gave one."""
    rows = (dict(zip(unused.columns, row, strict=True)) for row in unused.itertuples(index=False, name=None))
    reasons = [_reason(row, config, base) for _, row in zip(range(NAMED), rows, strict=False)]
    if reasons and len(unused) == accepted:
        raise InputError(reasons[0])
    if reasons:
        log.warning("%d of %d accepted recordings gave no clip: %s", len(unused), accepted, " ".join(reasons))


def _reason(recording: Row, config: Prepare, base: Path) -> str:
    try:
        cut(recording, next(load_recordings([recording], config, base)), config)
    except NoClip as error:
        return str(error)
    return f"{recording['path']} gave no clip."


def _cut_batch(recordings: list[Row], config: Prepare, base: Path) -> Piece:
    loaded = load_recordings(recordings, config, base)
    pairs = [pair for recording in recordings for pair in _cut_or_none(recording, next(loaded), config)]
    if not pairs:
        return Piece(pd.DataFrame())
    rows, clips = zip(*pairs, strict=True)
    return Piece(pd.DataFrame(list(rows)), np.stack(clips))


def _cut_or_none(recording: Row, sound: Clip, config: Prepare) -> list[tuple[Row, np.ndarray]]:
    try:
        return cut(recording, sound, config)
    except NoClip:  # reported when all are cut
        return []


def load_recordings(recordings: list[Row], config: Prepare, base: Path) -> Iterator[Clip]:
    """Decode recordings in order, once each file is checked to be the one that was ingested."""
    paths = [locate(recording["path"], base) for recording in recordings]
    unchanged = (_check_unchanged(path, recording, config) for path, recording in zip(paths, recordings, strict=True))
    for path, decoded in zip(paths, decode_all(unchanged, AS_INGESTED, config.channel), strict=True):
        if isinstance(decoded.clip, Rejected):
            raise _unreadable(path, decoded.clip)
        yield decoded.clip


def _check_unchanged(path: Path, recording: Row, config: Prepare) -> Path:
    if isinstance(config.channel, int) and config.channel >= recording["channels"]:
        raise InputError(
            f"prepare.channel is {config.channel}, counted from 0, but {path} has {recording['channels']} channels; "
            "take a lower one, mix or both."
        )
    try:
        check_regular(path)
        if file_digest(path) == recording["recording_id"]:
            return path
    except (OSError, Rejected) as error:
        raise _unreadable(path, error) from None
    raise InputError(f"{path} has changed since ingest; restore it, or run ingest again.")


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError(f"{path} cannot be read any more ({error}); restore it, or run ingest again.")
