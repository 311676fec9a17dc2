"""Whether generated sounds improve a classifier, measured on recordings that the generator was not trained on."""

from typing import Any

import numpy as np
import pandas as pd

from waveloom.classification.calibration import softmax
from waveloom.classification.config import Candidate, Classify
from waveloom.classification.cross_validation import class_numbers, fit_and_score, predictions_by_recording
from waveloom.classification.folds import grouped_folds
from waveloom.classification.labelled_clips import LabelledClips

_DRAWS = 2000  # bootstrap replicates

NO_FOLDS = "not measured: no label has recordings of two groups in the training split"
NO_HELD_OUT = "not measured: no recording of a learned label is outside the training split"


def augmentation_benefit(
    candidate: Candidate, real: LabelledClips, generated: LabelledClips, labels: list[str], config: Classify
) -> dict[str, Any] | str:
    """Compare classifiers fitted with and without generated sounds, or return why that cannot be measured.

    Each is fitted on all folds of the training split but one, and tested on the validation and test splits, since the
    generator may have memorised the training split. The difference in accuracy is paired by recording and averaged
    over folds; its 95 % interval is a bootstrap over groups. The result does not influence model selection.
    """
    train = np.flatnonzero(real.table["split"] == "train")
    held_out = np.flatnonzero(real.table["split"].isin(["validation", "test"]) & real.table["label"].isin(labels))
    folds = [train[rows] for rows, _ in grouped_folds(real.table.iloc[train], config.folds, config.seed, labels=2)]
    if not len(held_out) or not folds:
        return NO_FOLDS if len(held_out) else NO_HELD_OUT
    examples, extra = real.examples(candidate), generated.examples(candidate)
    classes = np.zeros(len(real.table), int)
    classes[train] = class_numbers(real.table["label"].iloc[train], labels)
    extra_classes = class_numbers(generated.table["label"], labels)
    tested = real.table.iloc[held_out]

    def correct(rows: np.ndarray, augmented: bool) -> np.ndarray:
        fitted = np.concatenate([examples[rows], extra]) if augmented else examples[rows]
        fitted_classes = np.concatenate([classes[rows], extra_classes]) if augmented else classes[rows]
        scores = fit_and_score(candidate, fitted, fitted_classes, len(labels), config.seed, examples[held_out])
        predictions = predictions_by_recording(softmax(scores), tested, labels)
        return (predictions["actual"] == predictions["predicted"]).to_numpy(float)

    without, augmented = (np.array([correct(rows, choice) for rows in folds]) for choice in (False, True))
    groups = predictions_by_recording(np.ones((len(tested), len(labels))), tested, labels)["group"]
    sizes = {"generated": len(generated.table), "folds": len(folds)}
    return paired_difference(without, augmented, groups, config.seed) | sizes


def paired_difference(without: np.ndarray, augmented: np.ndarray, groups: pd.Series, seed: int) -> dict[str, Any]:
    """Mean difference of two 0/1 matrices of correct predictions (folds, recordings), its interval and a verdict."""
    difference = (augmented - without).mean(axis=0)
    sums = pd.DataFrame({"sum": difference, "count": 1.0}).groupby(groups.to_numpy()).sum().to_numpy()
    draws = np.random.default_rng(seed).integers(len(sums), size=(_DRAWS, len(sums)))
    drawn = sums[draws].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    verdict = "helped" if low > 0 else "hurt" if high < 0 else "no difference was shown"
    return {
        "verdict": verdict,
        "difference_mean": float(difference.mean()),
        "difference_low": float(low),
        "difference_high": float(high),
        "accuracy_without": float(without.mean()),
        "accuracy_with": float(augmented.mean()),
        "difference_by_fold": [float(value) for value in (augmented - without).mean(axis=1)],
        "recordings": len(groups),
    }
