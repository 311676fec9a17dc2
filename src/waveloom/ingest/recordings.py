"""ingest: every sound of a corpus gets one row, accepted or rejected with its reason, and its split."""

import logging
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
import pandas as pd
import soundfile

from waveloom.audio.clip import Clip
from waveloom.audio.decode import Channel, Heard, Limits, Rejected, decode_all
from waveloom.audio.digests import fingerprint, sound_fingerprint
from waveloom.audio.file_names import bounded_path
from waveloom.audio.sound_file import check_regular, no_such_channel
from waveloom.config import plugins
from waveloom.config.checked import checked_dataclass, read_config
from waveloom.config.errors import InputError, name_list
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.execution.executor import SERIAL, Execution, in_batches, ordered_map
from waveloom.execution.main_checkout import relative_to_checkout
from waveloom.execution.result_cache import Piece, cached, stage_cache
from waveloom.ingest import corpora
from waveloom.ingest.corpora import Recording
from waveloom.ingest.health import NOT_MEASURED, health
from waveloom.ingest.provenance import check_licences, warn_of_copies
from waveloom.ingest.splits import Shares, assign_splits
from waveloom.preparation.prepare import Prepare, unusable
from waveloom.similarity.exact_duplicates import refuse_twins
from waveloom.similarity.fingerprint import soundprint
from waveloom.similarity.fingerprints import Prints
from waveloom.similarity.near_duplicates import group_similar, name_similar

log = logging.getLogger(__name__)

Row = dict[str, Any]
CHUNK = 64  # recordings that one worker takes
AS_PREPARED = Prepare()
SCALED_DB = 6.0  # above full scale; decoders of lossy formats overshoot it by less
CANCELLED_DB = -20.0  # of the mix beside the loudest channel; what is left is raised by as much, noise too


@checked_dataclass
class Ingest(Limits, Shares):
    """Which sounds; the limits say which of them can be used, and the shares how they are divided."""

    corpus: str = "soundfont"
    options: dict[str, Any] = field(default_factory=dict)
    licences: tuple[str, ...] = ()  # the only ones allowed; none named: all are
    near_duplicates: Literal["none", "report", "group"] = "report"


def recordings(
    rules: Ingest,
    folder: Path,
    base: Path = Path(),
    how: Execution = SERIAL,
    checkpoints: Path | None = None,
    prepare: Prepare = AS_PREPARED,
) -> pd.DataFrame:
    """Survey the corpus and divide it: one row per recording, in the corpus's order.

    Sounds that the corpus makes are written into `folder`, which is replaced as a whole. Paths below `base` are
    relative to it, so the table does not depend on where the project lies. With `checkpoints`, a killed survey goes on
    where it was. A sound of which `prepare` could make nothing is rejected.
    """
    module, options = corpus(rules)
    shaped_by = [rules, base.resolve(), *([] if prepare == AS_PREPARED else [prepare])]
    with replaced_folder(folder) as aside, stage_cache(checkpoints, "ingest", *shaped_by) as kept:
        table = judged(compared(module.recordings(options, base), rules, aside, how, kept, prepare), rules)
    table["path"] = [_portable(path, aside, folder, base) for path in table["path"]]
    return divided(table, rules)


def compared(
    found: Iterable[Recording],
    rules: Ingest,
    made: Path,
    how: Execution = SERIAL,
    kept: Path | None = None,
    prepare: Prepare = AS_PREPARED,
) -> pd.DataFrame:
    """Survey recordings and make their table: twins refused, similar sounds named."""
    prints = Prints() if rules.near_duplicates != "none" else None
    rows = survey(found, rules, made, prints is not None, how, kept, prepare)
    table = refuse_twins(_table(prints.set_apart(rows) if prints else rows))
    return name_similar(table, prints, prepare.channel)


def judged(table: pd.DataFrame, rules: Ingest) -> pd.DataFrame:
    """Give the table back, or say in an InputError what is wrong with the corpus as a whole."""
    check_accepted(table, rules)
    check_licences(table, rules.licences)
    _warn_of_levels(table)
    return table


def divided(table: pd.DataFrame, rules: Ingest) -> pd.DataFrame:
    """Fill the column `split`; with `near_duplicates: group` similar sounds are of one group first."""
    table = assign_splits(group_similar(table) if rules.near_duplicates == "group" else table, rules)
    warn_of_copies(table)
    return table


def corpus(rules: Ingest) -> tuple[ModuleType, Any]:
    """Import the corpus that the rules name and check its own options, without looking for a sound yet."""
    module = plugins.load(corpora, rules.corpus)
    return module, read_config(module.Config, rules.options, "ingest.options")


def survey(
    found: Iterable[Recording],
    limits: Limits,
    made: Path,
    prints: bool = False,
    how: Execution = SERIAL,
    kept: Path | None = None,
    prepare: Prepare = AS_PREPARED,
) -> Iterator[Row]:
    """Listen to every recording once and give its row; made sounds are first written below `made`.

    Memory does not grow with the sounds. With `prints`, each that can be heard has its `soundprint`. What is done is
    remembered in the folder `kept`. The verdict is on what `prepare` takes: its channel, at its rate.
    """
    work = partial(_examine, limits=limits, made=made, prints=prints, prepare=prepare)
    examine = cached(work, _unchanged, kept)
    for piece in ordered_map(examine, in_batches(found, CHUNK), how):
        yield from _rows(piece.rows)


def count_reasons(table: pd.DataFrame) -> dict[str, int]:
    """Count the rejected recordings by kind of reason, the most frequent first."""
    reasons = table.loc[table["status"] == "rejected", "reason"]
    return dict(Counter(kind(reason) for reason in reasons).most_common())


def kind(reason: str) -> str:
    """Leave the detail out of a reason."""
    return " ".join(reason.split()[:2]) if reason.startswith("same ") else reason.partition(":")[0]


def _rows(table: pd.DataFrame) -> Iterator[Row]:
    return (dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None))


def _table(rows: Iterable[Row]) -> pd.DataFrame:
    """Join rows to a table bit by bit: as dicts they would take ten times the memory."""
    parts = [pd.DataFrame(part) for part in in_batches(rows, 4096)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _unchanged(recordings: Sequence[Recording]) -> str:
    """Name some recordings so that the name is the same only if they are; files count as DVC counts them.

    Made sounds have no name: they are made again.
    """
    if any(recording.path is None for recording in recordings):
        return ""
    return repr([(recording, _stamp(recording.path)) for recording in recordings if recording.path])


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _examine(recordings: Sequence[Recording], limits: Limits, made: Path, prints: bool, prepare: Prepare) -> Piece:
    rows = [_identify(recording, recording.path or _keep(recording, made)) for recording in recordings]
    sound = [row for row in rows if not row["reason"]]
    decoded = decode_all((Path(row["path"]) for row in sound), limits, prepare.channel)
    for row, heard in zip(sound, decoded, strict=True):
        if heard.header:
            rate, channels, _ = heard.header
            row |= {"rate_hz": rate, "channels": channels, "seconds": heard.header.seconds}
        row |= _heard(_chosen(heard, prepare.channel), prints, prepare)
    return Piece(pd.DataFrame(rows))


def _chosen(heard: Heard, channel: Channel) -> Clip | Rejected:
    """Refuse a sound that lacks the channel; of a file with one channel, decoding gives that one."""
    if heard.header and isinstance(channel, int) and channel >= heard.header.channels:
        return no_such_channel(channel, heard.header.channels)
    return heard.clip


def _heard(clip: Clip | Rejected, prints: bool, prepare: Prepare) -> Row:
    if isinstance(clip, Rejected):
        return {"status": "rejected", "reason": str(clip)}
    if reason := unusable(clip, prepare):
        return {"status": "rejected", "reason": reason}
    known = {**health(clip), "pcm_id": sound_fingerprint(clip)}
    return {**known, "soundprint": soundprint(clip.mixed).packed()} if prints else known


def _identify(recording: Recording, path: Path) -> Row:
    """Give a recording's row with its fingerprint, or with the reason why it has none."""
    row = unheard(recording, path)
    try:
        if recording.reason:
            raise Rejected(recording.reason)
        if (reason := unreadable_name(recording.name)) or (reason := unreadable_name(str(path))):
            raise Rejected(reason)
        check_regular(path)
        return row | {"recording_id": fingerprint(path)}
    except FileNotFoundError:
        return row | {"status": "rejected", "reason": "missing"}
    except OSError as error:
        return row | {"status": "rejected", "reason": f"unreadable: {error.strerror}"}
    except Rejected as error:
        return row | {"status": "rejected", "reason": str(error)}


def unreadable_name(name: str) -> str:
    """Say why tables cannot hold a file name as it is: its bytes are not UTF-8; empty if they can hold it.

    InputError if only this process reads it as another encoding than UTF-8, for which no file is to blame.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        try:
            os.fsencode(name).decode()
        except UnicodeError:
            return "name: it is not UTF-8; rename the file"
        encoding = sys.getfilesystemencoding()
        raise InputError(
            f"Python reads file names as {encoding} here, and {os.fsencode(name).decode()!a} is UTF-8. "
            "Set PYTHONUTF8=1, or LC_ALL=C.UTF-8."
        ) from None
    return ""


def unheard(recording: Recording, path: Path) -> Row:
    """Give the row of a recording that nothing is known of but what its corpus says."""
    return {
        "recording_id": "",
        "pcm_id": "",
        "name": _utf8(recording.name),
        "path": _utf8(str(path)),
        "label": _utf8(recording.label),
        "group": _utf8(recording.group or recording.name),
        "split": recording.split,
        "rate_hz": 0,
        "channels": 0,
        "seconds": 0.0,
        "licence": recording.licence,
        "attribution": recording.attribution,
        "description": _one_line(recording.description),
        "similar_to": None,
        **NOT_MEASURED,
        "status": "accepted",
        "reason": "",
    }


def _utf8(text: str) -> str:
    # File names may hold any bytes; Python carries those that are not UTF-8 as surrogates, which no table takes.
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def _one_line(text: str) -> str:
    # JSON can write half a character (a lone surrogate), which no table takes.
    return " ".join(text.encode("utf-8", "backslashreplace").decode("utf-8").split())


def _keep(recording: Recording, made: Path) -> Path:
    """Write a made sound as 16-bit FLAC, lossless and half the size."""
    clip: Clip | None = recording.clip
    if clip is None:
        raise TypeError(f"{recording.name} has neither a path nor a clip; its corpus must give one.")
    path = made / f"{bounded_path(recording.name)}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.round(np.clip(clip.samples.T, -1, 1) * 32767).astype(np.int16), clip.rate, "PCM_16")
    return path


def _portable(path: str, aside: Path, folder: Path, base: Path) -> str:
    made = Path(path).is_relative_to(aside)
    return relative_to_checkout(folder / Path(path).relative_to(aside) if made else Path(path), base)


def scaled(table: pd.DataFrame) -> pd.Series:
    """Mark the recordings that were scaled down by more than a decoder's overshoot."""
    return (table["status"] == "accepted") & (table["file_peak_db"] > SCALED_DB)


def partly_cancelled(table: pd.DataFrame) -> pd.Series:
    """Mark the recordings whose channels nearly cancel each other in the mix."""
    return (table["status"] == "accepted") & (table["mix_db"] <= CANCELLED_DB)


def _warn_of_levels(table: pd.DataFrame) -> None:
    for marked, what in (
        (scaled(table), "recordings peak more than 6 dB above full scale and are scaled down to it"),
        (partly_cancelled(table), "recordings lose 20 dB or more in the mix of their channels; see prepare.channel"),
    ):
        if marked.any():
            log.warning("%d %s, for example %s", marked.sum(), what, table.loc[marked, "name"].iloc[0])


def check_accepted(table: pd.DataFrame, rules: Ingest) -> None:
    """Raise an InputError if no recording is accepted; warn of those that were rejected."""
    if table.empty:
        raise InputError(f"The corpus {rules.corpus!r} gives no recordings; widen ingest.options.")
    reasons = ", ".join(f"{reason} {count}" for reason, count in count_reasons(table).items())
    labels = (table["status"] == "accepted").groupby(table["label"]).sum()
    labels = labels[(labels.index != "") | (labels > 0)]  # what was refused unheard may have no label
    if labels.sum() == 0:
        raise InputError(
            f"All {len(table)} recordings were rejected ({reasons}), such as {table['name'].iloc[0]} "
            f"({table['reason'].iloc[0]}); see the limits in ingest, or mend the files."
        )
    if reasons:
        log.warning("%d of %d recordings were rejected: %s", len(table) - labels.sum(), len(table), reasons)
    if (labels == 0).any():
        log.warning("Classes of which every recording was rejected: %s.", name_list(labels.index[labels == 0]))
