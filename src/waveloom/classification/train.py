"""From clips and their feature table to a classifier, and the proof of what it is worth."""

import logging
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from waveloom.audio.decode import Limits
from waveloom.audio.store import ClipStore
from waveloom.classification import metrics as proof
from waveloom.classification import outliers
from waveloom.classification.augmentation import benefit
from waveloom.classification.classifier import opinion
from waveloom.classification.config import Candidate, Classify, candidates
from waveloom.classification.cross_validation import Trial, answers_of, attempt, by_recording, class_numbers, fit
from waveloom.classification.examples import Heard, from_store
from waveloom.classification.folds import DEVELOPMENT, grouped_folds, omissions
from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.table import feature_columns
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trained:
    """A classifier with its proof.

    `answers` has columns set (cross-validation or test), actual, predicted, confidence, a row a recording;
    `reliability` has confidence, accuracy, count, a row a bin of answers out of fold.
    """

    model: Model
    metrics: dict[str, Any]
    answers: pd.DataFrame
    reliability: pd.DataFrame


def train_classifier(
    store: ClipStore,
    table: pd.DataFrame,
    prepare: Prepare,
    features: Features,
    rules: Classify,
    made: Heard | None = None,
    silence_db: float = Limits().silence_db,
) -> Trained:
    """Choose a classifier by grouped cross-validation outside the test split, fit it there, and test it once.

    `made` are generated clips to learn from as well; nothing is chosen, calibrated or tested on them. What the
    recordings are too few for is left out and named; without cross-validation the first of the models is fitted.
    `silence_db` is the peak, re full scale, above which recordings were accepted; the classifier judges others by it.
    """
    heard = from_store(store, table)
    known = np.flatnonzero(table["split"].isin(DEVELOPMENT))
    labels = sorted(set(table["label"].iloc[known]))
    missing = _log_omissions(omissions(table, rules.folds, "classify.folds"))
    _check_made(made, heard, labels)
    if len(labels) < 2:
        log.warning("The classifier was %s.", proof.ONE_LABEL)
    trials = _trials(heard, known, rules) if len(labels) > 1 else []
    best, chosen = _choose(trials, labels, rules)
    spec = {
        **_who(chosen, best, labels, rules),
        **({"left_out": missing} if missing else {}),
        "prepare": asdict(prepare),
        "features": asdict(features),
        "columns": feature_columns(table),
        "silence_db": silence_db,
        "reach": _reach(heard, known, labels, rules),
        "data": _data(store, table.iloc[known], made),
    }
    model = Model(spec, _learned(heard, known, made, chosen, labels, rules))
    tested = _tested(model, heard, labels)
    metrics = proof.metrics(trials, best, tested, labels, rules) | ({"left_out": missing} if missing else {})
    if chosen and made:
        metrics["augmentation"] = benefit(chosen, heard, made, labels, rules)
    return Trained(model, metrics, proof.answers(best, tested), proof.reliability_table(best))


def _choose(trials: list[Trial], labels: list[str], rules: Classify) -> tuple[Trial | None, Candidate | None]:
    """Choose the best trial, the first of equals, and its classifier; without trials, the first of the rules."""
    best = max(trials, key=lambda trial: trial.summary["balanced_accuracy_mean"], default=None)
    if best:
        return best, best.candidate
    return None, candidates(rules)[0] if len(labels) > 1 else None


def _log_omissions(missing: dict[str, str]) -> dict[str, str]:
    for what, why in missing.items():
        log.warning("The classifier, %s: %s.", what.replace("_", " "), why)
    return missing


def _check_made(made: Heard | None, heard: Heard, labels: list[str]) -> None:
    if made is None:
        return
    if strange := sorted(set(made.table["label"]) - set(labels)):
        raise InputError(f"The generated sounds have the label {strange[0]!r}; the corpus has: {', '.join(labels)}.")
    if feature_columns(made.table) != feature_columns(heard.table):
        raise InputError("The generated sounds are measured otherwise than the feature table; run features again.")


def _trials(heard: Heard, known: np.ndarray, rules: Classify) -> list[Trial]:
    table = heard.table.iloc[known]
    splits = list(grouped_folds(table, rules.folds, rules.seed, labels=2))
    if not splits:
        return []
    return [attempt(chosen, heard.examples(chosen)[known], table, splits, rules.seed) for chosen in candidates(rules)]


def _reach(heard: Heard, known: np.ndarray, labels: list[str], rules: Classify) -> float | None:
    """How far the share `classify.unlike` of recordings lies from folds without them; None if none is measurable."""
    features, table = heard.features[known], heard.table.iloc[known]
    classes, far = class_numbers(table["label"], labels), np.full(len(table), np.nan)
    for learned_from, judged in grouped_folds(table, rules.folds, rules.seed):
        present, own = np.unique(classes[learned_from], return_inverse=True)
        clouds = outliers.fit(features[learned_from], own, len(present))
        far[judged] = outliers.distances(clouds, features[judged])
    measured = np.isfinite(far)
    if not measured.any():
        return None
    return float(np.quantile(by_recording(far[measured], table[measured]), rules.unlike)) or None


def _learned(
    heard: Heard, known: np.ndarray, made: Heard | None, chosen: Candidate | None, labels: list[str], rules: Classify
) -> dict[str, np.ndarray]:
    """Fit the chosen classifier on all but the test split, with the generated sounds, and the outlier rule without."""
    classes = class_numbers(heard.table["label"].iloc[known], labels)
    parts = {"outliers": outliers.fit(heard.features[known], classes, len(labels))}
    if chosen is not None:
        examples = heard.examples(chosen)[known]
        if made is not None:
            examples = np.concatenate([examples, made.examples(chosen)])
            classes = np.concatenate([classes, class_numbers(made.table["label"], labels)])
        parts["learned"] = fit(chosen, examples, classes, len(labels), rules.seed)
    return {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}


def _tested(model: Model, heard: Heard, labels: list[str]) -> pd.DataFrame:
    """What the test split's recordings are taken for, and whether they are taken to be like the rest.

    There is no column `like` where the reach is not known.
    """
    rows = np.flatnonzero((heard.table["split"] == "test") & heard.table["label"].isin(labels))
    table = heard.table.iloc[rows]
    if not len(rows):
        return answers_of(np.zeros((0, len(labels))), table, labels)
    said, reach = opinion(model, heard.only(rows)), model.spec["reach"]
    if not reach:
        return answers_of(said.probabilities, table, labels)
    like = by_recording(said.distances, table) <= reach
    return answers_of(said.probabilities, table, labels).assign(like=like)


def _who(chosen: Candidate | None, best: Trial | None, labels: list[str], rules: Classify) -> dict[str, Any]:
    return {
        "kind": "classifier",
        "classifier": chosen.name if chosen else "",
        "options": asdict(chosen.config) if chosen else {},
        "temperature": best.temperature if best else 1.0,
        "labels": labels,
        "seed": rules.seed,
        "like_share": rules.unlike,
        "proof": best.summary if best else {},
    }


def _data(store: ClipStore, table: pd.DataFrame, made: Heard | None) -> dict[str, Any]:
    licences = store.index.loc[table.index, "licence"] if "licence" in store.index else pd.Series(dtype=str)
    return {
        "clips": store.digest,
        "count": len(table),
        "labels": _counts(table["label"]),
        "licences": _counts(licences),
        "generated": len(made.table) if made else 0,
    }


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.value_counts().sort_index().items()}
