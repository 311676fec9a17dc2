"""Excerpts of test recordings that are translated, and their true targets."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.config.errors import InputError
from waveloom.evaluation.translation.sound import Sound
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import load_recordings

MAX_SECONDS = 10.0  # of an excerpt, from the middle of its recording
SPLITS = ("test", "validation")  # the first of which there are recordings is evaluated


@dataclass(frozen=True)
class Recordings:
    """Recordings to evaluate, grouped: one entry per pair, or per recording where pairs are not known.

    `groups` holds for each entry the rows of the table of recordings by domain, in the order of the table: the first of
    a domain is translated and is the truth, the second is another program of that domain. `split` is where they come
    from.
    """

    groups: list[dict[str, list[dict[str, Any]]]]
    split: str

    @property
    def domains(self) -> list[str]:
        """The domains of all recordings, sorted."""
        return sorted({domain for group in self.groups for domain in group})


@dataclass(frozen=True)
class Excerpt:
    """A part of a recording: `clip` at the rate of its file, `sound` at that of the model.

    `piece` names what it has in common with other excerpts that are not independent of it.
    """

    name: str
    piece: str
    clip: Clip
    sound: Sound

    @property
    def without_clip(self) -> "Excerpt":
        """The same with the sound at the rate of the model alone."""
        return replace(self, clip=Clip(self.sound.samples, self.sound.rate_hz))


def choose_recordings(recordings: pd.DataFrame, domains: list[str]) -> Recordings:
    """The accepted recordings of the test split in `domains`, or of the validation split if the test split has none."""
    known = recordings[(recordings["status"] == "accepted") & recordings["domain"].isin(domains)]
    for split in SPLITS:
        rows = known[known["split"] == split]
        if len(rows):
            return Recordings(_grouped(rows), split)
    raise InputError(
        "No recording of the model's domains is in the test split or the validation split; raise ingest.test and run "
        "ingest again."
    )


def _grouped(rows: pd.DataFrame) -> list[dict[str, list[dict[str, Any]]]]:
    groups: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in rows.to_dict("records"):
        key = f"pair {row['pair']}" if row["pair"] else f"recording {row['name']}"
        groups.setdefault(key, {}).setdefault(row["domain"], []).append({str(name): row[name] for name in row})
    return [groups[key] for key in sorted(groups)]


def load_excerpts(
    group: dict[str, list[dict[str, Any]]], prepare: Prepare, rate_hz: int, base: Path
) -> Iterator[tuple[str, list[Excerpt]]]:
    """Read one excerpt of each recording of a group, all at the same time of the music: (domain, excerpts)."""
    seconds = min(row["seconds"] for rows in group.values() for row in rows)
    start = max(seconds - MAX_SECONDS, 0) / 2
    for domain, rows in group.items():
        clips = load_recordings(rows, prepare, base)
        yield domain, [_excerpt(row, clip, start, seconds, rate_hz) for row, clip in zip(rows, clips, strict=True)]


def _excerpt(row: dict[str, Any], clip: Clip, start: float, seconds: float, rate_hz: int) -> Excerpt:
    first, length = round(start * clip.rate), round(min(seconds, MAX_SECONDS) * clip.rate)
    part = Clip(np.ascontiguousarray(clip.mono.samples[first : first + length], np.float32), clip.rate)
    sound = Sound(resample(part, rate_hz).samples, rate_hz)
    # Lengths of a group differ by a sample where the rates of its files do.
    return Excerpt(row["name"], row["group"], part, sound.fitted_to(round(min(seconds, MAX_SECONDS) * rate_hz)))
