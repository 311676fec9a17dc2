"""The clips of one recording: converted, trimmed, cut, aligned and levelled."""

from typing import Any

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.config.errors import InputError
from waveloom.preparation.align import alignment_sample
from waveloom.preparation.config import Prepare, edge_samples
from waveloom.preparation.convert import convert, loss_reason
from waveloom.preparation.denoise import denoise
from waveloom.preparation.events import event_peaks
from waveloom.preparation.frame import crop_or_pad, overlapping_starts
from waveloom.preparation.level import level, peak, rms
from waveloom.preparation.trim import sounding_range

Row = dict[str, Any]


class NoClip(InputError):  # noqa: N818, a property of the sound
    """A recording from which these parameters make no clip."""


def cut(recording: Row, sound: Clip, config: Prepare) -> list[tuple[Row, np.ndarray]]:
    """Make the clips of one recording, each with its row of the index; silent frames are left out.

    The recordings of a pair are cut at the same times: from the first sample on, without trimming or alignment, and
    clip ids count the frames that are left out. NoClip if there are no clips.
    """
    clip = _converted(sound, recording, config)
    mono = clip.mono
    is_paired = bool(recording.get("pair", ""))
    start, stop = (0, len(mono.samples)) if is_paired else _used_range(mono, config)
    starts = np.array(_frame_starts(Clip(mono.samples[start:stop], clip.rate), config, is_paired))
    fade = 0 if config.frames == "overlap" else edge_samples(config.fade_ms, config)
    region = clip.samples[..., start:stop]
    frames = np.stack([crop_or_pad(region, config.samples, fade, first) for first in starts])
    audible = _audible_frames(peak(frames), clip.peak, recording, config)
    levelled, gains_db, measures = level(frames[audible], config.level, config.level_db, config.rate_hz)
    columns = {
        "start_seconds": (start + starts[audible]) / clip.rate,
        "gain_db": gains_db,
        "level_by": measures,
        "peak": peak(levelled),
        "rms": rms(levelled),
    }
    numbers = audible if is_paired else range(len(audible))
    return [
        (_row(recording, number, {name: values[position] for name, values in columns.items()}), samples)
        for position, (number, samples) in enumerate(zip(numbers, levelled, strict=True))
    ]


def _converted(clip: Clip, recording: Row, config: Prepare) -> Clip:
    """Resample, remove the offset and denoise; NoClip if no sound is left."""
    converted = convert(clip, config)
    if loss := loss_reason(clip, converted, config):
        raise NoClip(f"{recording['path']} has {loss}, or take the file out of the corpus.")
    return denoise(converted, config.denoise) if config.denoise.enabled else converted


def _used_range(mono: Clip, config: Prepare) -> tuple[int, int]:
    """Return the range of samples that clips are cut from; without `trim`, a long leading silence is left out."""
    start, stop = sounding_range(mono, config.silence_db, edge_samples(config.margin_ms, config))
    if config.trim:
        return start, stop
    # A silent first frame would give no clip.
    return start if start >= config.samples // 2 else 0, len(mono.samples)


def _frame_starts(region: Clip, config: Prepare, is_paired: bool) -> list[int]:
    """Return the first sample of each clip, relative to the region; negative if alignment needs padding before it."""
    if config.frames == "overlap":
        return overlapping_starts(len(region.samples), config.hop_samples, round(config.min_content * config.samples))
    if is_paired:
        return [0]
    lead = int(config.align_at * config.samples)
    if config.frames == "one":
        return [alignment_sample(region, config.align, config.silence_db) - lead]
    around = config.hop_samples // 2
    peaks = event_peaks(region.samples, config.event_db, config.hop_samples)
    pieces = [(max(event - around, 0), event + around + 1) for event in peaks]
    return [
        first + alignment_sample(Clip(region.samples[first:last], region.rate), config.align, config.silence_db) - lead
        for first, last in pieces
    ]


def _audible_frames(peaks: np.ndarray, recording_peak: float, recording: Row, config: Prepare) -> np.ndarray:
    """Number the frames whose peak is less than `silence_db` below the recording's peak; NoClip if there are none."""
    audible = np.flatnonzero(peaks > recording_peak * 10 ** (-config.silence_db / 20))
    if not len(audible):
        raise NoClip(
            f"{recording['path']} leaves nothing but silence in its clip: the sample it is aligned by lies at "
            f"{config.align_at} of it, and nothing sounds so soon after. Lower prepare.align_at."
            if not recording.get("pair", "")
            else f"{recording['path']} begins with a silence longer than a clip, and recordings of a pair are not "
            "trimmed. Set prepare.frames to overlap, or cut the silence off all recordings of the pair."
        )
    return audible


def _row(recording: Row, number: int, measured: Row) -> Row:
    return {
        "clip_id": f"{recording['recording_id']}-{number:04d}",
        "recording_id": recording["recording_id"],
        "start_seconds": float(measured["start_seconds"]),
        "label": recording["label"],
        "domain": recording.get("domain", ""),  # tables of earlier versions have neither domain nor pair
        "pair": recording.get("pair", ""),
        "group": recording["group"],
        "split": recording["split"],
        "gain_db": float(measured["gain_db"]),
        "level_by": str(measured["level_by"]),
        "peak": float(measured["peak"]),
        "rms": float(measured["rms"]),
        "licence": recording["licence"],
        "attribution": recording["attribution"],
        "description": recording.get("description", ""),  # tables of earlier versions have none
    }
