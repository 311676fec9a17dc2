"""Can one learn from these sounds what real ones are: GAN-train (Shmelkov et al., 2018)."""

from typing import Any

import numpy as np

from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference, Sounds
from waveloom.evaluation.points import Part, draw

SPACE = "labels"
MEANING = (
    "Gan train: balanced accuracy, on real test sounds, of a classifier (linear discriminants on the feature table) "
    "that "
    "learned from these sounds alone; ratio: to one that learned from as many real training sounds. It falls when "
    "labels are missing, blended or wrong, and sees only what the features hold."
)
BETTER = {"gan_train": "higher", "gan_train_ratio": "higher"}


def score(judged: Part[Sounds], against: Reference) -> dict[str, float | str]:
    """Learn from the judged sounds, and beside them from as many of the training split; try both on the real ones."""
    own, bound = _accuracy(judged, against.real), _accuracy(draw(against.train, len(judged)), against.real)
    ratio = own / bound if bound else f"{ABSENT}real training sounds do not teach it either"
    return {"gan_train": own, "gan_train_ratio": ratio}


def note(judged: Part[Sounds], against: Reference) -> str:
    """Name the labels one cannot learn, because there is no sound of them."""
    never = sorted(set(against.real.labels) - set(judged.labels))
    named = any(judged.labels) and never
    return (
        f"Gan train: a set of sounds has none of {', '.join(never)}, which count as never recognised." if named else ""
    )


def _accuracy(taught: Part[Sounds], real: Part[Sounds]) -> float:
    """Balanced over the labels of the real sounds, 0 to 1."""
    names, counts = np.unique(taught.labels, return_counts=True)
    known = [name for name, count in zip(names, counts, strict=True) if name and count >= 2]
    if len(known) < 2 or not all(real.labels):
        raise NotMeasuredError("it needs two sounds or more of each of two labels or more")
    lesson = taught.take(np.flatnonzero(np.isin(taught.labels, known)))
    judge = _fit(lesson.each(_features), lesson.labels)
    right = judge.predict(real.each(_features)) == real.labels
    return float(np.mean([right[real.labels == label].mean() for label in sorted(set(real.labels))]))


def _fit(features: np.ndarray, labels: np.ndarray) -> Any:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(features, labels)


def _features(sounds: Sounds) -> np.ndarray:
    return sounds.features
