"""prepare: from recordings to clips of one rate, one length and one level."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.audio.decode import CHANNELS, RATES_HZ, Limits, Rejected, decode_all
from waveloom.audio.digests import fingerprint
from waveloom.audio.resample import Quality, resample
from waveloom.audio.sound_file import check_regular
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.execution.executor import SERIAL, Execution, ordered_map
from waveloom.execution.main_checkout import locate
from waveloom.execution.memory_limit import memory_limit
from waveloom.execution.result_cache import Piece, cached, in_chunks, stage_cache
from waveloom.preparation.align import Align, moment
from waveloom.preparation.dc import remove_dc
from waveloom.preparation.denoise import Denoise, denoise
from waveloom.preparation.events import events
from waveloom.preparation.frame import crop_or_pad, overlapping
from waveloom.preparation.level import Kind, level, peak, rms
from waveloom.preparation.trim import sounding

log = logging.getLogger(__name__)

CHUNK = 64
BATCH_SECONDS = 300.0
COPIES = 3  # of a recording at its new rate that are in memory at once
WINDOW = 2048  # samples of the spectra that show quickly that a sound survives another rate
NAMED = 3  # recordings without a clip that a message names
AS_INGESTED = Limits(min_seconds=0, max_seconds=float("inf"), silence_db=-240)  # ingest has applied its own limits


@checked_dataclass
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


class NoClip(InputError):  # noqa: N818, it is a verdict on the sound
    """A recording that these rules leave without a clip."""


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
    _check_memory(accepted, rules)
    rows = (dict(zip(accepted.columns, row, strict=True)) for row in accepted.itertuples(index=False, name=None))
    with stage_cache(checkpoints, "prepare", rules) as kept:
        cut_all = cached(partial(_cut_all, rules=rules, base=base), repr, kept)
        pieces = (piece for piece in ordered_map(cut_all, _batches(rows), how) if len(piece.rows))
        used: set[str] = set()
        for index, clips in in_chunks(pieces, CHUNK):
            used.update(index["recording_id"])
            yield index, clips
    _report_unused(accepted[~accepted["recording_id"].isin(used)], len(accepted), rules, base)


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


def _check_memory(accepted: pd.DataFrame, rules: Prepare) -> None:
    """Raise an InputError if the longest recording, at its new rate, is more than memory holds."""
    seconds, channels = accepted["seconds"].max(), 2 if rules.channel == "both" else 1
    needed, limit = COPIES * 4 * channels * rules.rate_hz * seconds, memory_limit()
    if needed > limit:
        raise InputError(
            f"prepare.rate_hz is {rules.rate_hz}, at which a recording of {seconds:.0f} s takes {needed / 1e9:.3g} GB, "
            f"and this process may have {limit / 1e9:.3g} GB; lower it, or ingest.max_seconds."
        )


def _report_unused(unused: pd.DataFrame, accepted: int, rules: Prepare, base: Path) -> None:
    """Warn of accepted recordings that gave no clip, with the reasons; InputError if none gave one."""
    rows = (dict(zip(unused.columns, row, strict=True)) for row in unused.itertuples(index=False, name=None))
    reasons = [_reason(row, rules, base) for _, row in zip(range(NAMED), rows, strict=False)]
    if reasons and len(unused) == accepted:
        raise InputError(reasons[0])
    if reasons:
        log.warning("%d of %d accepted recordings gave no clip: %s", len(unused), accepted, " ".join(reasons))


def _reason(recording: Row, rules: Prepare, base: Path) -> str:
    try:
        cut(recording, next(_load([recording], rules, base)), rules)
    except NoClip as error:
        return str(error)
    return f"{recording['path']} gave no clip."


def _cut_all(recordings: list[Row], rules: Prepare, base: Path) -> Piece:
    loaded = _load(recordings, rules, base)
    pairs = [pair for recording in recordings for pair in _cut(recording, next(loaded), rules)]
    if not pairs:
        return Piece(pd.DataFrame())
    rows, clips = zip(*pairs, strict=True)
    return Piece(pd.DataFrame(list(rows)), np.stack(clips))


def _cut(recording: Row, sound: Clip, rules: Prepare) -> list[tuple[Row, np.ndarray]]:
    try:
        return cut(recording, sound, rules)
    except NoClip:  # reported when all are cut
        return []


def cut(recording: Row, sound: Clip, rules: Prepare) -> list[tuple[Row, np.ndarray]]:
    """Make the clips of one recording, with their rows of the index; silent frames after the first are left out.

    NoClip if the recording gives none.
    """
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
    paths = [locate(recording["path"], base) for recording in recordings]
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
    """Resample, centre and gate; NoClip if no sound is left."""
    converted = _converted(clip, rules)
    if lost := _lost(clip, converted, rules):
        raise NoClip(f"{recording['path']} has {lost}, or take the file out of the corpus.")
    return denoise(converted, rules.denoise) if rules.denoise.enabled else converted


def unusable(clip: Clip, rules: Prepare) -> str:
    """Say why prepare would make no clip of a sound, for clips of any length; empty if it would."""
    if (clip.samples.ndim == 1 and clip.rate <= rules.rate_hz) or _surely_in_band(clip, rules):
        return ""
    centred = remove_dc(clip) if rules.remove_dc else clip  # an offset rings at both ends of what is resampled
    lost = _lost(centred, _converted(centred, rules), rules)
    return f"{'cancelled' if 'channels' in lost else 'out of band'}: it has {lost}" if lost else ""


def _converted(clip: Clip, rules: Prepare) -> Clip:
    converted = resample(clip, rules.rate_hz, rules.quality)
    return remove_dc(converted) if rules.remove_dc else converted


def _lost(clip: Clip, converted: Clip, rules: Prepare) -> str:
    """Say why conversion leaves only silence of a sound, and what to do; empty if it leaves more.

    Both its peak and its power count: of a tone above the new band, resampling leaves a click at its onset.
    """
    left, share = converted.mixed, 10 ** (-rules.silence_db / 20)
    if left.peak > 2 * share * clip.peak and _rms(left) > share * _rms(clip):
        return ""
    whole = remove_dc(clip) if rules.remove_dc else clip
    if left.peak > share * whole.peak and _rms(left) > share * _rms(whole):
        return ""
    if converted.peak > 2 * left.peak:
        return "channels that cancel each other in their mean, by which clips are cut; set prepare.channel to one"
    return f"no sound below {rules.rate_hz / 2:.0f} Hz, half of prepare.rate_hz; raise that"


def _rms(clip: Clip) -> float:
    return float(np.sqrt(np.mean(np.square(clip.samples))))


def _surely_in_band(clip: Clip, rules: Prepare) -> bool:
    """Whether a few spectra already show that enough of a sound lies within the band of the new rate.

    One is taken about the loudest moment; the root mean square of what lies in the band there is no more than its peak.
    """
    samples = clip.mixed.samples
    first = max(int(np.abs(samples).argmax()) - WINDOW // 2, 0)
    more = min(len(samples) // (64 * WINDOW), 15)
    starts = [first, *np.linspace(0, len(samples) - WINDOW, more + 2, dtype=int)[1:-1]]
    pieces = [np.pad(samples[start : start + WINDOW], (0, WINDOW))[:WINDOW] for start in starts]
    power = np.square(np.abs(np.fft.rfft(np.stack(pieces) * np.hanning(WINDOW), axis=1)))
    hertz = np.fft.rfftfreq(WINDOW, 1 / clip.rate)
    energy = power[:, (hertz > 2 * clip.rate / WINDOW) & (hertz < 0.45 * rules.rate_hz)].sum(axis=1) * 2 / WINDOW
    share = 2 * 10 ** (-rules.silence_db / 20)  # twice, since an offset may be half of a peak
    loud = energy[0] / WINDOW > 4 * (share * clip.peak) ** 2
    return bool(loud and energy.sum() > share**2 * _rms(clip) ** 2 * clip.samples.size)


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
        raise NoClip(
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
