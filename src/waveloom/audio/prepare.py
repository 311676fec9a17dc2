"""prepare: from recordings to clips of one rate, one length and one level."""

from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from waveloom.audio.align import Align, moment
from waveloom.audio.clip import Clip
from waveloom.audio.dc import remove_dc
from waveloom.audio.decode import CHANNELS, RATES_HZ, Limits, Rejected, decode_all
from waveloom.audio.denoise import Denoise, denoise
from waveloom.audio.events import events
from waveloom.audio.fingerprint import fingerprint
from waveloom.audio.frame import crop_or_pad, overlapping
from waveloom.audio.level import Kind, level, peak, rms
from waveloom.audio.resample import Quality, resample
from waveloom.audio.sound_file import check_regular
from waveloom.audio.trim import sounding
from waveloom.config import config
from waveloom.errors import InputError
from waveloom.executor import SERIAL, Execution, ordered_map
from waveloom.journal import Piece, in_chunks, journal, remembered
from waveloom.main_checkout import located

CHUNK = 64
BATCH_SECONDS = 300.0
AS_INGESTED = Limits(min_seconds=0, max_seconds=float("inf"), silence_db=-240)  # ingest has applied its own limits


@config
class Prepare:
    """What every clip is like."""

    channel: Literal["mix", "both"] | Annotated[int, Field(ge=0, lt=CHANNELS)] = "mix"
    rate_hz: Annotated[int, Field(ge=RATES_HZ[0], le=RATES_HZ[1])] = 16_000
    samples: Annotated[int, Field(gt=0)] = 16_384
    quality: Quality = "HQ"
    remove_dc: bool = True
    denoise: Denoise = field(default_factory=Denoise)
    silence_db: Annotated[float, Field(gt=0)] = 50.0  # what is this far below the recording's peak is silence
    trim: bool = True
    margin_ms: Annotated[float, Field(ge=0)] = 5.0
    frames: Literal["one", "overlap", "events"] = "one"
    hop_samples: Annotated[int, Field(gt=0)] = 8_192
    min_content: Annotated[float, Field(gt=0, le=1)] = 0.5  # share of an overlapping frame that is not padding
    event_db: Annotated[float, Field(gt=0)] = 20.0  # how far below the recording's peak an event may peak
    align: Align = "start"
    align_at: Annotated[float, Field(ge=0, lt=1)] = 0.0  # where in the clip the aligned moment lies
    fade_ms: Annotated[float, Field(ge=0)] = 20.0
    level: Kind = "peak"
    level_db: Annotated[float, Field(ge=-60, le=0)] = -1.0


Row = dict[str, Any]


def prepare(
    recordings: pd.DataFrame,
    rules: Prepare,
    base: Path = Path(),
    how: Execution = SERIAL,
    checkpoints: Path | None = None,
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Make the clips of every accepted recording, in order, in chunks of up to 64: index rows and clips.

    Clips are (n, samples) float32, or (n, 2, samples) where both channels are kept; the mean of these then decides
    where a clip begins. Relative paths start at `base`. Neither the bytes depend on `how` it is carried out, nor memory
    on the number of clips. With `checkpoints`, a killed run goes on where it was.
    """
    accepted = recordings[recordings["status"] == "accepted"]
    rows = (dict(zip(accepted.columns, row, strict=True)) for row in accepted.itertuples(index=False, name=None))
    with journal(checkpoints, "prepare", rules) as kept:
        cut_all = remembered(partial(_cut_all, rules=rules, base=base), repr, kept)
        yield from in_chunks(ordered_map(cut_all, _batches(rows), how), CHUNK)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Gather what one worker takes: 64 recordings, or fewer if they are long, for a long one gives many clips."""
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


def _cut_all(recordings: list[Row], rules: Prepare, base: Path) -> Piece:
    loaded = _load(recordings, rules, base)
    pairs = [pair for recording in recordings for pair in cut(recording, next(loaded), rules)]
    rows, clips = zip(*pairs, strict=True)
    return Piece(pd.DataFrame(list(rows)), np.stack(clips))


def cut(recording: Row, sound: Clip, rules: Prepare) -> list[tuple[Row, np.ndarray]]:
    """Make the clips of one recording, with their rows of the index; silent frames after the first are left out."""
    clip = _cleaned(sound, recording, rules)
    mixed = clip.mixed
    start, stop = sounding(mixed, rules.silence_db, _edge(rules.margin_ms, rules))
    if not rules.trim:  # a first frame of nothing but silence is no clip, so after a long one we begin at the sound
        start, stop = start if start >= rules.samples // 2 else 0, len(mixed.samples)
    starts = np.array(_starts(Clip(mixed.samples[start:stop], clip.rate), rules))
    fade = 0 if rules.frames == "overlap" else _edge(rules.fade_ms, rules)
    region = clip.samples[..., start:stop]
    frames = np.stack([crop_or_pad(region, rules.samples, fade, place) for place in starts])
    kept = _audible(peak(frames), clip.peak, recording, rules)
    levelled, gains_db, by = level(frames[kept], rules.level, rules.level_db, rules.rate_hz)
    about = zip((start + starts[kept]) / clip.rate, gains_db, by, peak(levelled), rms(levelled), strict=True)
    return [
        (_row(recording, number, *row), samples)
        for number, (samples, row) in enumerate(zip(levelled, about, strict=True))
    ]


def _load(recordings: list[Row], rules: Prepare, base: Path) -> Iterator[Clip]:
    """Decode recordings, in order, after a look whether they are what they were."""
    paths = [located(recording["path"], base) for recording in recordings]
    same = (_same(path, recording, rules) for path, recording in zip(paths, recordings, strict=True))
    for path, heard in zip(paths, decode_all(same, AS_INGESTED, rules.channel), strict=True):
        if isinstance(heard.clip, Rejected):
            raise _gone(path, heard.clip)
        yield heard.clip


def _same(path: Path, recording: Row, rules: Prepare) -> Path:
    if isinstance(rules.channel, int) and rules.channel >= recording["channels"]:
        raise InputError(
            f"prepare.channel is {rules.channel}, counted from 0, but {path} has {recording['channels']} channels; "
            "take a lower one, mix or both."
        )
    try:
        check_regular(path)
        if fingerprint(path) == recording["recording_id"]:
            return path
    except (OSError, Rejected) as error:
        raise _gone(path, error) from None
    raise InputError(f"{path} has changed since ingest; restore it, or run ingest again.")


def _gone(path: Path, error: Exception) -> InputError:
    return InputError(f"{path} cannot be read any more ({error}); restore it, or run ingest again.")


def _cleaned(clip: Clip, recording: Row, rules: Prepare) -> Clip:
    """Resample, centre and gate; InputError if nothing is heard any more."""
    converted = resample(clip, rules.rate_hz, rules.quality)
    if rules.remove_dc:
        converted = remove_dc(converted)
    if converted.mixed.peak <= clip.peak * 10 ** (-rules.silence_db / 20):
        raise InputError(
            f"{recording['path']} has no sound below {rules.rate_hz / 2:.0f} Hz, half of prepare.rate_hz; "
            "raise that, or take the file out of the corpus."
        )
    return denoise(converted, rules.denoise) if rules.denoise.enabled else converted


def _starts(region: Clip, rules: Prepare) -> list[int]:
    """Say at which samples of what sounds the clips begin; before it if the moment to align by needs room."""
    if rules.frames == "overlap":
        return overlapping(len(region.samples), rules.hop_samples, round(rules.min_content * rules.samples))
    lead = int(rules.align_at * rules.samples)
    if rules.frames == "one":
        return [moment(region, rules.align, rules.silence_db) - lead]
    around = rules.hop_samples // 2
    found = events(region.samples, rules.event_db, rules.hop_samples)
    pieces = [(max(place - around, 0), place + around + 1) for place in found]
    return [
        first + moment(Clip(region.samples[first:last], region.rate), rules.align, rules.silence_db) - lead
        for first, last in pieces
    ]


def _audible(loudest: np.ndarray, peak: float, recording: Row, rules: Prepare) -> np.ndarray:
    """Number the frames, given their peaks, that are not silence beside the recording's peak."""
    kept = np.flatnonzero(loudest > peak * 10 ** (-rules.silence_db / 20))
    if not len(kept):
        raise InputError(
            f"{recording['path']} leaves nothing but silence in its clip: what it is aligned by lies at "
            f"{rules.align_at} of it, and nothing sounds so soon after. Lower prepare.align_at."
        )
    return kept


def _edge(milliseconds: float, rules: Prepare) -> int:
    """Turn a margin or a fade into samples: a quarter of a clip at most, so that sound remains between the two."""
    return min(round(milliseconds * rules.rate_hz / 1000), rules.samples // 4)


def _row(recording: Row, number: int, start: float, gain_db: float, by: str, loudest: float, mean: float) -> Row:
    return {
        "clip_id": f"{recording['recording_id']}-{number:04d}",
        "recording_id": recording["recording_id"],
        "start_seconds": float(start),
        "label": recording["label"],
        "group": recording["group"],
        "split": recording["split"],
        "gain_db": float(gain_db),
        "level_by": str(by),
        "peak": float(loudest),
        "rms": float(mean),
        "licence": recording["licence"],
        "attribution": recording["attribution"],
        "description": recording.get("description", ""),  # tables of earlier versions have none
    }
