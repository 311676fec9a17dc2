"""ingest: every sound of a corpus gets one row, accepted or rejected with its reason, and its split."""

import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import soundfile
from pydantic import Field

from waveloom import corpora, plugins
from waveloom.audio.clip import Clip
from waveloom.audio.decode import Limits, Rejected, decode, probe
from waveloom.audio.fingerprint import fingerprint, sound_fingerprint
from waveloom.audio.health import NOT_MEASURED, health
from waveloom.audio.ordered import ordered_map
from waveloom.audio.soundprint import soundprint
from waveloom.config import config, read
from waveloom.corpora import Recording
from waveloom.errors import InputError
from waveloom.provenance import check_licences, warn_of_copies
from waveloom.similar import group_similar, name_similar
from waveloom.splits import Shares, assign_splits

log = logging.getLogger(__name__)

Row = dict[str, Any]


@config
class Ingest(Limits, Shares):
    """Which sounds; the limits say which of them can be used, and the shares how they are divided."""

    corpus: str = "soundfont"
    options: dict[str, Any] = field(default_factory=dict)
    min_class_recordings: Annotated[int, Field(ge=1)] = 3
    licences: tuple[str, ...] = ()  # the only ones allowed; none named: all are
    near_duplicates: Literal["none", "report", "group"] = "report"


def recordings(rules: Ingest, folder: Path, base: Path = Path()) -> pd.DataFrame:
    """Survey the corpus and divide it: one row per recording, in the corpus's order.

    Sounds that the corpus makes are written into `folder`, which is replaced as a whole. Paths below `base` are
    relative to it, so the table does not depend on where the project lies.
    """
    module, options = corpus(rules)
    aside = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    table = judged(survey(module.recordings(options, base), rules, aside, rules.near_duplicates != "none"), rules)
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
    table["path"] = [_portable(path, aside, folder, base) for path in table["path"]]
    return divided(table, rules)


def judged(rows: Iterable[Row], rules: Ingest) -> pd.DataFrame:
    """Make the table, naming similar sounds; an InputError says what is wrong with the corpus as a whole."""
    table = name_similar(pd.DataFrame(rows))
    check_accepted(table, rules)
    check_licences(table, rules.licences)
    return table


def divided(table: pd.DataFrame, rules: Ingest) -> pd.DataFrame:
    """Fill the column `split`; with `near_duplicates: group` similar sounds are of one group first."""
    table = assign_splits(group_similar(table) if rules.near_duplicates == "group" else table, rules)
    warn_of_copies(table)
    return table


def corpus(rules: Ingest) -> tuple[ModuleType, Any]:
    """Import the corpus that the rules name and check its own options, without looking for a sound yet."""
    module = plugins.load(corpora, rules.corpus)
    return module, read(module.Config, rules.options, "ingest.options")


def survey(found: Iterable[Recording], limits: Limits, made: Path, prints: bool = False) -> Iterator[Row]:
    """Listen to every recording once, two at a time, and give its row; made sounds are first written below `made`.

    Of recordings with the same bytes, or the same samples in another format, the first is kept; the others are
    rejected and of its group. Memory does not grow with the sounds but for their `prints`, where those are asked for.
    """
    first: dict[str, Row] = {}
    for row in ordered_map(partial(_examine, limits=limits, made=made, prints=prints), found):
        twins = [(kind, first.get(row[f"{key}_id"])) for kind, key in (("bytes", "recording"), ("samples", "pcm"))]
        same, twin = next(((kind, twin) for kind, twin in twins if twin), ("", None))
        if row["status"] == "accepted" and twin is not None:
            row |= {"status": "rejected", "reason": f"same {same} as {twin['name']}", "group": twin["group"]}
        elif row["status"] == "accepted":
            first[row["recording_id"]] = first[row["pcm_id"]] = {name: row[name] for name in ("name", "group")}
        yield row


def count_reasons(table: pd.DataFrame) -> dict[str, int]:
    """Count the rejected recordings by kind of reason, the most frequent first."""
    reasons = table.loc[table["status"] == "rejected", "reason"]
    return dict(Counter(kind(reason) for reason in reasons).most_common())


def kind(reason: str) -> str:
    """Leave the detail out of a reason."""
    return " ".join(reason.split()[:2]) if reason.startswith("same ") else reason.partition(":")[0]


def _examine(recording: Recording, limits: Limits, made: Path, prints: bool) -> Row:
    path = recording.path or _keep(recording, made)
    row = unheard(recording, path)
    try:
        if recording.reason:
            raise Rejected(recording.reason)
        if row["name"] != recording.name or row["path"] != str(path):
            raise Rejected("name: it is not UTF-8; rename the file")
        row["recording_id"] = fingerprint(path)
        header = probe(path)
        row |= {"rate_hz": header.rate, "channels": header.channels, "seconds": header.seconds}
        clip = decode(path, limits)
        row |= {**health(clip), "pcm_id": sound_fingerprint(clip)}
        row |= {"soundprint": soundprint(clip).packed()} if prints else {}
    except FileNotFoundError:
        return row | {"status": "rejected", "reason": "missing"}
    except OSError as error:
        return row | {"status": "rejected", "reason": f"unreadable: {error.strerror}"}
    except Rejected as error:
        return row | {"status": "rejected", "reason": str(error)}
    return row


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
        "similar_to": None,
        **NOT_MEASURED,
        "status": "accepted",
        "reason": "",
    }


def _utf8(text: str) -> str:
    # File names may hold any bytes; Python carries those that are not UTF-8 as surrogates, which no table takes.
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def _keep(recording: Recording, made: Path) -> Path:
    """Write a made sound as 16-bit FLAC, lossless and half the size."""
    clip: Clip | None = recording.clip
    if clip is None:
        raise TypeError(f"{recording.name} has neither a path nor a clip; its corpus must give one.")
    path = made / f"{recording.name}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.round(np.clip(clip.samples, -1, 1) * 32767).astype(np.int16), clip.rate, "PCM_16")
    return path


def _portable(path: str, aside: Path, folder: Path, base: Path) -> str:
    final = folder / Path(path).relative_to(aside) if Path(path).is_relative_to(aside) else path
    absolute = Path(os.path.abspath(final))
    home = os.path.abspath(base)
    return (absolute.relative_to(home) if absolute.is_relative_to(home) else absolute).as_posix()


def check_accepted(table: pd.DataFrame, rules: Ingest) -> None:
    """Raise an InputError if the accepted recordings are too few to work with; warn of those that were rejected."""
    if table.empty:
        raise InputError(f"The corpus {rules.corpus!r} gives no recordings; widen ingest.options.")
    reasons = ", ".join(f"{reason} {count}" for reason, count in count_reasons(table).items())
    labels = (table["status"] == "accepted").groupby(table["label"]).sum()
    labels = labels[(labels.index != "") | (labels > 0)]  # what was refused unheard may have no label
    if labels.sum() == 0:
        raise InputError(
            f"All {len(table)} recordings were rejected ({reasons}); see the limits in ingest, or mend the files."
        )
    if reasons:
        log.warning("%d of %d recordings were rejected: %s", len(table) - labels.sum(), len(table), reasons)
    if labels.min() < rules.min_class_recordings:
        raise InputError(
            f"The class {labels.idxmin()!r} has {labels.min()} usable recordings; ingest.min_class_recordings is "
            f"{rules.min_class_recordings}. Lower it, add recordings, or leave the class out."
        )
