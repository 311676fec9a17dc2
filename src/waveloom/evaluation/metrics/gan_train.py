"""GAN-train (Shmelkov et al., 2018): accuracy on real sounds of a classifier fitted on the evaluated sounds."""

from typing import Any

import numpy as np

from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference, Sounds
from waveloom.evaluation.subset import Subset, random_subset

SPACE = "labels"
MEANING = (
    "GAN-train: balanced accuracy, on real test sounds, of a classifier (linear discriminant analysis on the feature "
    "table) fitted on these sounds alone; ratio: to one fitted on as many real training sounds. It falls if labels "
    "are missing, blended or wrong, and depends only on what the features contain."
)
BETTER = {"gan_train": "higher", "gan_train_ratio": "higher"}


def score(evaluated: Subset[Sounds], reference: Reference) -> dict[str, float | str]:
    """Fit one classifier on the evaluated sounds and one on as many training sounds; test both on the real ones."""
    evaluated_accuracy = _accuracy(evaluated, reference.real)
    real_accuracy = _accuracy(random_subset(reference.train, len(evaluated)), reference.real)
    ratio = (
        evaluated_accuracy / real_accuracy
        if real_accuracy
        else f"{ABSENT}a classifier fitted on real training sounds fails too"
    )
    return {"gan_train": evaluated_accuracy, "gan_train_ratio": ratio}


def note(evaluated: Subset[Sounds], reference: Reference) -> str:
    """Name the labels that the classifier cannot learn because the set has no sound of them."""
    missing = sorted(set(reference.real.labels) - set(evaluated.labels))
    if not missing or not any(evaluated.labels):
        return ""
    return f"GAN-train: a set has no sounds of {', '.join(missing)}, which count as never recognised."


def _accuracy(fitted_on: Subset[Sounds], real: Subset[Sounds]) -> float:
    """Balanced accuracy over the labels of the real sounds, 0 to 1."""
    names, counts = np.unique(fitted_on.labels, return_counts=True)
    usable = [name for name, count in zip(names, counts, strict=True) if name and count >= 2]
    if len(usable) < 2 or not all(real.labels):
        raise NotMeasuredError("it needs two sounds or more of each of two labels or more")
    examples = fitted_on.take(np.flatnonzero(np.isin(fitted_on.labels, usable)))
    classifier = _fit(examples.per_sound(_features), examples.labels)
    correct = classifier.predict(real.per_sound(_features)) == real.labels
    return float(np.mean([correct[real.labels == label].mean() for label in sorted(set(real.labels))]))


def _fit(features: np.ndarray, labels: np.ndarray) -> Any:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(features, labels)


def _features(sounds: Sounds) -> np.ndarray:
    return sounds.features
