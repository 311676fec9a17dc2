"""What new recordings are: heard as the classifier's own were, named, or said to be unlike any of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from waveloom.audio.clip import FileClip, to_mono
from waveloom.audio.decode import DecodedFile, Header, Limits, Rejected, decode_all, decode_windows, probe_all
from waveloom.audio.header import MAX_SAMPLES
from waveloom.classification.classifier import opinion
from waveloom.classification.examples import from_clips
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare
from waveloom.preparation.cut import NoClip, cut

SILENT = "silent"
UNLIKE = "unlike anything it was trained on"
LONGEST_SECONDS = 600.0  # of a file that is classified as a whole; a longer one is classified window by window
WINDOW_SECONDS = 60.0
SOUNDLESS = ("silent", "constant", "cancelled")  # reasons for which one window of a long file is ignored


@dataclass(frozen=True)
class Answer:
    """What one file is taken for.

    `label` and `confidence` (0 to 1) are the classifier's whether or not it is `like` what it learned from; they are
    empty and 0 where the file cannot be judged, for the given `reason`. `distance` is 1 at the border between like and
    unlike; it is NaN, and all sounds are like, if the classifier had too few recordings to measure that border.
    """

    file: str
    label: str = ""
    confidence: float = 0.0
    like: bool = False
    distance: float = float("inf")
    reason: str = ""

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.reason:
            return f"{self.file}: {UNLIKE if self.heard else 'cannot be used'} ({self.reason})"
        guess = f"{self.label or 'like what it was trained on'}, {100 * self.confidence:.0f} % sure"
        return f"{self.file}: {guess}" if self.like else f"{self.file}: {UNLIKE} (nearest guess: {guess})"

    @property
    def record(self) -> dict[str, Any]:
        """Give the answer for JSON, in which a distance that is infinite or unknown is null."""
        return {**vars(self), "distance": self.distance if np.isfinite(self.distance) else None}

    @property
    def heard(self) -> bool:
        """Whether there was a sound to judge."""
        return not self.reason or self.reason == SILENT


def listen(model: Model, files: Iterable[Path]) -> Iterator[Answer]:
    """Give each file's answer, in order; one that cannot be read has its reason and stops no other.

    Files of more than ten minutes are judged in windows of a minute, and memory does not grow with them.
    """
    if model.spec.get("kind") != "classifier":
        raise InputError("This model is no classifier; `kedro run --pipeline classify` makes one.")
    judge = _Judge.of(model)
    files = list(files)
    pairs = zip(files, list(probe_all(files, any_size=True)), strict=True)
    for long, some in groupby(pairs, key=lambda pair: _is_long(pair[1])):
        if long:
            yield from (_of_windows(judge, file, header) for file, header in some if isinstance(header, Header))
        else:
            whole = [file for file, _ in some]
            decoded = decode_all(whole, judge.limits, judge.prepare.channel)
            yield from (_of_whole(judge, file, heard) for file, heard in zip(whole, decoded, strict=True))


class _Sums(NamedTuple):
    """Sums over clips: the peak of their file, probabilities (labels,), distances, and the number of clips."""

    peak: float
    probabilities: np.ndarray
    distances: float
    clips: int


@dataclass(frozen=True)
class _Judge:
    """A classifier with the rules it was trained under."""

    model: Model
    prepare: Prepare
    features: Features
    limits: Limits

    @classmethod
    def of(cls, model: Model) -> "_Judge":
        spec = model.spec
        prepare = read_config(Prepare, spec["prepare"], "the classifier's prepare")
        before = {"floor_db": None}  # classifiers of earlier versions measured clips as they are and store no floor
        features = read_config(Features, {**before, **spec["features"]}, "the classifier's features")
        silence_db = spec.get("silence_db", Limits().silence_db)  # earlier versions do not store it
        limits = Limits(min_seconds=0.0, max_seconds=LONGEST_SECONDS, silence_db=silence_db)
        return cls(model, prepare, features, limits)

    def sums(self, file: Path, sound: FileClip) -> _Sums:
        """Judge the clips of a sound; InputError if it gives none."""
        clips = to_mono(np.stack([clip for _, clip in cut(_row(file), sound, self.prepare)]))
        heard = from_clips(clips, np.full(len(clips), ""), self.prepare.rate_hz, self.features)
        said = opinion(self.model, heard)
        return _Sums(sound.file_peak, said.probabilities.sum(axis=0), float(said.distances.sum()), len(clips))

    def answer(self, file: Path, parts: Sequence[_Sums]) -> Answer:
        """Average over clips."""
        count = sum(part.clips for part in parts)
        probable = np.sum([part.probabilities for part in parts], axis=0) / count
        reach = self.model.spec["reach"]
        distance = float(sum(part.distances for part in parts) / count / reach) if reach else float("nan")
        label = self.model.spec["labels"][int(probable.argmax())]
        return Answer(str(file), label, float(probable.max()), not reach or distance <= 1, distance)


def _is_long(header: Header | Rejected) -> bool:
    return isinstance(header, Header) and (header.seconds > LONGEST_SECONDS or header.frames > MAX_SAMPLES)


def _of_whole(judge: _Judge, file: Path, heard: DecodedFile) -> Answer:
    try:
        if isinstance(heard.clip, Rejected):
            raise heard.clip
        return judge.answer(file, [judge.sums(file, heard.clip)])
    except InputError as error:
        return Answer(str(file), reason=str(error))


def _of_windows(judge: _Judge, file: Path, header: Header) -> Answer:
    """Classify a long file by those of its windows that are not silent relative to the loudest."""
    parts = []
    for _, clip in decode_windows(file, header, WINDOW_SECONDS, judge.limits, judge.prepare.channel):
        try:
            if isinstance(clip, FileClip):
                parts.append(judge.sums(file, clip))
            elif not str(clip).startswith(SOUNDLESS):
                return Answer(str(file), reason=str(clip))
        except NoClip:
            continue
    least = max((part.peak for part in parts), default=0.0) * 10 ** (-judge.prepare.silence_db / 20)
    audible = [part for part in parts if part.peak > least]
    return judge.answer(file, audible) if audible else Answer(str(file), reason=SILENT)


def _row(file: Path) -> dict[str, Any]:
    empty = dict.fromkeys(("label", "group", "split", "licence", "attribution"), "")
    return {**empty, "path": str(file), "recording_id": str(file)}


def table(answers: Iterable[Answer]) -> pd.DataFrame:
    """Lay answers out: columns file, label, confidence, like, distance, reason."""
    rows = [vars(answer) for answer in answers]
    return pd.DataFrame(rows, columns=["file", "label", "confidence", "like", "distance", "reason"])
