"""Do generated sounds help a classifier? Asked of real recordings that the generator never heard."""

from typing import Any

import numpy as np
import pandas as pd

from waveloom.classification.calibration import softmax
from waveloom.classification.config import Candidate, Classify
from waveloom.classification.cross_validation import answers_of, class_numbers, learned_scores
from waveloom.classification.examples import Heard
from waveloom.classification.folds import grouped_folds

_DRAWS = 2000  # of the bootstrap


NO_FOLDS = "not measured: no label has recordings of two groups in the training split"
UNSEEN = "not measured: no recording of a learned label is outside the training split"


def benefit(candidate: Candidate, real: Heard, made: Heard, labels: list[str], rules: Classify) -> dict[str, Any] | str:
    """Learn from the training split less a fold, without and with generated sounds; both judge the same recordings.

    Those are of the validation and test splits, since a generator may know sounds of the training split by heart. The
    difference in accuracy is paired by recording and averaged over folds; its 95 % interval is a bootstrap over
    groups. Nothing is chosen by it. Gives the reason where it cannot be measured.
    """
    known = np.flatnonzero(real.table["split"] == "train")
    unheard = np.flatnonzero(real.table["split"].isin(["validation", "test"]) & real.table["label"].isin(labels))
    parts = [known[rows] for rows, _ in grouped_folds(real.table.iloc[known], rules.folds, rules.seed, labels=2)]
    if not len(unheard) or not parts:
        return NO_FOLDS if len(unheard) else UNSEEN
    examples, generated = real.examples(candidate), made.examples(candidate)
    classes = np.zeros(len(real.table), int)
    classes[known] = class_numbers(real.table["label"].iloc[known], labels)
    more = class_numbers(made.table["label"], labels)
    judged = real.table.iloc[unheard]

    def right(rows: np.ndarray, with_made: bool) -> np.ndarray:
        shown = np.concatenate([examples[rows], generated]) if with_made else examples[rows]
        named = np.concatenate([classes[rows], more]) if with_made else classes[rows]
        scores = learned_scores(candidate, shown, named, len(labels), rules.seed, examples[unheard])
        answers = answers_of(softmax(scores), judged, labels)
        return (answers["actual"] == answers["predicted"]).to_numpy(float)

    without, with_made = (np.array([right(rows, choice) for rows in parts]) for choice in (False, True))
    groups = answers_of(np.ones((len(judged), len(labels))), judged, labels)["group"]
    return _verdict(without, with_made, groups, rules.seed) | {"generated": len(made.table), "folds": len(parts)}


def _verdict(without: np.ndarray, with_made: np.ndarray, groups: pd.Series, seed: int) -> dict[str, Any]:
    """From right answers (folds, recordings), 0 or 1, to the mean difference, its interval and a word for it."""
    difference = (with_made - without).mean(axis=0)
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
        "accuracy_with": float(with_made.mean()),
        "difference_by_fold": [float(value) for value in (with_made - without).mean(axis=1)],
        "recordings": len(groups),
    }
