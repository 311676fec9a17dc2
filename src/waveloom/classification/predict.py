"""Classification of recordings, preprocessed as the training data were; outliers are reported as such."""

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
from waveloom.classification.classifier import score_clips
from waveloom.classification.labelled_clips import from_clips
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
class Prediction:
    """The predicted label of one file.

    `label` and `confidence` (0 to 1) are the most probable label and its probability, whether or not the file is an
    inlier (`like` the training data); they are "" and 0 if the file cannot be classified, for the `reason`. `distance`
    is the outlier distance, 1 at the threshold; it is NaN, and every file is an inlier, if the classifier has no
    threshold.
    """

    file: str
    label: str = ""
    confidence: float = 0.0
    like: bool = False
    distance: float = float("inf")
    reason: str = ""

    @property
    def sentence(self) -> str:
        """The prediction in words."""
        if self.reason:
            return f"{self.file}: {UNLIKE if self.is_readable else 'cannot be used'} ({self.reason})"
        guess = f"{self.label or 'like what it was trained on'}, {100 * self.confidence:.0f} % sure"
        return f"{self.file}: {guess}" if self.like else f"{self.file}: {UNLIKE} (nearest guess: {guess})"

    @property
    def record(self) -> dict[str, Any]:
        """The fields for JSON; a distance that is infinite or NaN is null."""
        return {**vars(self), "distance": self.distance if np.isfinite(self.distance) else None}

    @property
    def is_readable(self) -> bool:
        """Whether the file could be decoded; silence counts as readable."""
        return not self.reason or self.reason == SILENT


def classify_files(model: Model, files: Iterable[Path]) -> Iterator[Prediction]:
    """Classify files, in order; a file that cannot be read gets a reason and does not stop the others.

    Files of more than ten minutes are classified in windows of a minute, in constant memory.
    """
    if model.spec.get("kind") != "classifier":
        raise InputError("This model is no classifier; `kedro run --pipeline classify` makes one.")
    classifier = _Classifier.of(model)
    files = list(files)
    pairs = zip(files, list(probe_all(files, any_size=True)), strict=True)
    for long, some in groupby(pairs, key=lambda pair: _is_long(pair[1])):
        if long:
            yield from (
                _classify_windows(classifier, file, header) for file, header in some if isinstance(header, Header)
            )
        else:
            whole = [file for file, _ in some]
            decoded = decode_all(whole, classifier.limits, classifier.prepare.channel)
            yield from (_classify_whole(classifier, file, one) for file, one in zip(whole, decoded, strict=True))


def table(predictions: Iterable[Prediction]) -> pd.DataFrame:
    """Predictions as a table: columns file, label, confidence, like, distance, reason."""
    rows = [vars(prediction) for prediction in predictions]
    return pd.DataFrame(rows, columns=["file", "label", "confidence", "like", "distance", "reason"])


class _Sums(NamedTuple):
    """Sums over the clips of a sound: probabilities (labels,), distances, clips; and the peak of its file."""

    peak: float
    probabilities: np.ndarray
    distances: float
    clips: int


@dataclass(frozen=True)
class _Classifier:
    """A trained classifier with the preprocessing it was trained with."""

    model: Model
    prepare: Prepare
    features: Features
    limits: Limits

    @classmethod
    def of(cls, model: Model) -> "_Classifier":
        spec = model.spec
        prepare = read_config(Prepare, spec["prepare"], "the classifier's prepare")
        defaults = {"floor_db": None}  # classifiers of earlier versions store no floor: they were trained without one
        features = read_config(Features, {**defaults, **spec["features"]}, "the classifier's features")
        silence_db = spec.get("silence_db", Limits().silence_db)  # earlier versions do not store it
        limits = Limits(min_seconds=0.0, max_seconds=LONGEST_SECONDS, silence_db=silence_db)
        return cls(model, prepare, features, limits)

    def sums(self, file: Path, sound: FileClip) -> _Sums:
        """Classify the clips of a sound; InputError if no clip can be cut from it."""
        clips = to_mono(np.stack([clip for _, clip in cut(_row(file), sound, self.prepare)]))
        measured = from_clips(clips, np.full(len(clips), ""), self.prepare.rate_hz, self.features)
        scored = score_clips(self.model, measured)
        return _Sums(sound.file_peak, scored.probabilities.sum(axis=0), float(scored.distances.sum()), len(clips))

    def prediction(self, file: Path, parts: Sequence[_Sums]) -> Prediction:
        """Average over the clips of all parts."""
        count = sum(part.clips for part in parts)
        probabilities = np.sum([part.probabilities for part in parts], axis=0) / count
        threshold = self.model.spec["reach"]
        distance = float(sum(part.distances for part in parts) / count / threshold) if threshold else float("nan")
        label = self.model.spec["labels"][int(probabilities.argmax())]
        return Prediction(str(file), label, float(probabilities.max()), not threshold or distance <= 1, distance)


def _is_long(header: Header | Rejected) -> bool:
    return isinstance(header, Header) and (header.seconds > LONGEST_SECONDS or header.frames > MAX_SAMPLES)


def _classify_whole(classifier: _Classifier, file: Path, decoded: DecodedFile) -> Prediction:
    try:
        if isinstance(decoded.clip, Rejected):
            raise decoded.clip
        return classifier.prediction(file, [classifier.sums(file, decoded.clip)])
    except InputError as error:
        return Prediction(str(file), reason=str(error))


def _classify_windows(classifier: _Classifier, file: Path, header: Header) -> Prediction:
    """Classify a long file; windows that are silent relative to the loudest window are ignored."""
    windows = []
    for _, clip in decode_windows(file, header, WINDOW_SECONDS, classifier.limits, classifier.prepare.channel):
        try:
            if isinstance(clip, FileClip):
                windows.append(classifier.sums(file, clip))
            elif not str(clip).startswith(SOUNDLESS):
                return Prediction(str(file), reason=str(clip))
        except NoClip:
            continue
    min_peak = max((part.peak for part in windows), default=0.0) * 10 ** (-classifier.prepare.silence_db / 20)
    audible = [part for part in windows if part.peak > min_peak]
    return classifier.prediction(file, audible) if audible else Prediction(str(file), reason=SILENT)


def _row(file: Path) -> dict[str, Any]:
    """The row of `file` as in a table of recordings, with empty label, group, split, licence and attribution."""
    empty = dict.fromkeys(("label", "group", "split", "licence", "attribution"), "")
    return {**empty, "path": str(file), "recording_id": str(file)}
