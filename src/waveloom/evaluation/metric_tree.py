"""Computes the metrics of every space and collects them in the tree that becomes metrics.json."""

import logging
from typing import Any

import numpy as np

from waveloom.evaluation.comparison import compare, margin_of_mean, mean, metrics_of
from waveloom.evaluation.embedded_sets import EmbeddedSets
from waveloom.evaluation.feature_spaces import FeatureSpace, feature_spaces
from waveloom.evaluation.label_agreement import NO_LABELS
from waveloom.evaluation.metrics import ABSENT, LabelClassifier
from waveloom.evaluation.paired_metrics import paired_metrics

log = logging.getLogger(__name__)


def metric_tree(
    embedded: EmbeddedSets, classifier: LabelClassifier | None, seed: int, groups: dict[str, np.ndarray]
) -> dict[str, Any]:
    """{number: {space: {set: value}}}, with margins, notes, set sizes, and the embeddings and classifier used."""
    sizes = {name: len(one) for name, one in embedded.sounds.items()} | {"seed": seed}
    tree = {**_round_trip(embedded, groups["floor"]), "notes": {}}
    _add_scores(tree, feature_spaces(embedded.sounds, embedded.rows, classifier, groups), seed)
    without_labels = {} if classifier else _without_labels()
    return {**tree, **without_labels, "sets": sizes, **_measured_with(embedded, classifier)}


def _round_trip(embedded: EmbeddedSets, groups: np.ndarray) -> dict[str, Any]:
    """Paired metrics of real sounds before and after the representation's round trip, with margins."""
    before, after = embedded.sounds["floor"], embedded.sounds["ceiling"]
    pairs = paired_metrics(before.clips, after.clips, before.rate_hz)
    margins = {name: margin_of_mean(values, groups) for name, values in pairs.items()}
    return {
        "round_trip": {name: mean(values) for name, values in pairs.items()},
        "margins": {"round_trip": margins},
    }


def _add_scores(tree: dict[str, Any], spaces: list[FeatureSpace], seed: int) -> None:
    """Add the numbers of every space, their margins and notes to the tree."""
    for space in spaces:
        scores = compare(space.kind, space.sets, space.reference, seed)
        for number, values in scores.values.items():
            tree.setdefault(number, {})[space.name] = values
            tree["margins"].setdefault(number, {})[space.name] = scores.margins[number]
        for note in scores.notes:
            log.warning("%s: %s", space.name, note)
        tree["notes"][space.name] = " ".join(scores.notes) or "none"


def _without_labels() -> dict[str, Any]:
    return {number: {"labels": {"generated": NO_LABELS}} for metric in metrics_of("labels") for number in metric.BETTER}


def _measured_with(embedded: EmbeddedSets, classifier: LabelClassifier | None) -> dict[str, Any]:
    """The embeddings, each with version and dimensions or why it is missing, and the label classifier."""
    used = {
        name: {"version": embedder.module.version(), "dimensions": embedded.rows[name]["real"].shape[1]}
        for name, embedder in embedded.embedders.items()
    }
    missing = {name: f"{ABSENT}{reason}" for name, reason in embedded.missing.items()}
    described = {"labels": len(classifier.labels), "digest": classifier.digest} if classifier else NO_LABELS
    return {"embeddings": {**used, **missing}, "label_classifier": described}
