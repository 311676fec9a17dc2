"""What new recordings are: heard as the classifier's own were, named, or said to be unlike any of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from waveloom.audio.clip import mixed
from waveloom.audio.decode import Heard, Limits, Rejected, decode_all
from waveloom.audio.prepare import Prepare, cut
from waveloom.classification.classifier import opinion
from waveloom.classification.heard import from_clips
from waveloom.config import read
from waveloom.errors import InputError
from waveloom.features import Features
from waveloom.model import Model

SILENT = "silent"
UNLIKE = "unlike anything it was trained on"
_LIMITS = Limits(min_seconds=0.0)


@dataclass(frozen=True)
class Answer:
    """What one file is taken for.

    `label` and `confidence` (0 to 1) are the classifier's whether or not it is `like` what it learned from; they are
    empty and 0 where there is nothing to hear, which `reason` tells. `distance` is 1 where like turns to unlike.
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
        """Say it to a machine: JSON, in which an infinite distance is null."""
        return {**vars(self), "distance": self.distance if np.isfinite(self.distance) else None}

    @property
    def heard(self) -> bool:
        """Whether there was a sound to judge."""
        return not self.reason or self.reason == SILENT


def listen(model: Model, files: Iterable[Path]) -> Iterator[Answer]:
    """Give each file's answer, in order; one that cannot be read has its reason and stops no other."""
    if model.spec.get("kind") != "classifier":
        raise InputError("This model is no classifier; `kedro run --pipeline classify` makes one.")
    rules = read(Prepare, model.spec["prepare"], "the classifier's prepare")
    before = {"floor_db": None}  # classifiers of earlier versions measured clips as they are, and do not say so
    features = read(Features, {**before, **model.spec["features"]}, "the classifier's features")
    files = list(files)
    for file, heard in zip(files, decode_all(files, _LIMITS, rules.channel), strict=True):
        found = _clips(file, heard, rules)
        yield found if isinstance(found, Answer) else _answer(model, file, found, rules.rate_hz, features)


def _clips(file: Path, heard: Heard, rules: Prepare) -> np.ndarray | Answer:
    try:
        if isinstance(heard.clip, Rejected):
            raise heard.clip
        return mixed(np.stack([clip for _, clip in cut(_row(file), heard.clip, rules)]))
    except InputError as error:
        return Answer(str(file), reason=str(error))


def _row(file: Path) -> dict[str, Any]:
    empty = dict.fromkeys(("label", "group", "split", "licence", "attribution"), "")
    return {**empty, "path": str(file), "recording_id": str(file)}


def _answer(model: Model, file: Path, clips: np.ndarray, rate_hz: int, features: Features) -> Answer:
    said = opinion(model, from_clips(clips, np.full(len(clips), ""), rate_hz, features))
    probable = said.probabilities.mean(axis=0)
    distance = float(said.distances.mean() / model.spec["reach"])
    label = model.spec["labels"][int(probable.argmax())]
    return Answer(str(file), label, float(probable.max()), distance <= 1, distance)


def table(answers: Iterable[Answer]) -> pd.DataFrame:
    """Lay answers out: columns file, label, confidence, like, distance, reason."""
    rows = [vars(answer) for answer in answers]
    return pd.DataFrame(rows, columns=["file", "label", "confidence", "like", "distance", "reason"])
