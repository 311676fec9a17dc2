"""Style: whether a classifier of domains recognises the target, and embeddings for the distance to the target."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from waveloom.evaluation import label_classifier
from waveloom.evaluation.embedders import Embedder
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.metrics import ABSENT
from waveloom.evaluation.translation.clips import Batch
from waveloom.evaluation.translation.kernel import Rows
from waveloom.evaluation.translation.scores import Score, score
from waveloom.evaluation.translation.systems import Made
from waveloom.features.table import feature_columns

BETTER = {"style_accuracy": "higher"}
UNITS = {"style_accuracy": ""}
MEANING = (
    "Style accuracy: the share of clips that a classifier of domains (logistic regression on the feature table, fitted "
    "on the training split) assigns to the target domain. For the true target it is the accuracy on real sounds."
)
NO_CLASSIFIER = f"{ABSENT}the training split has fewer than two domains"


def fit_domain_classifier(scaled: pd.DataFrame, domains: np.ndarray) -> Any | None:
    """Fit a classifier of domains on the training rows of the scaled feature table; None below two domains.

    `domains` (rows,) names the domain of each row.
    """
    table = scaled.assign(label=domains)
    train = table[(table["split"] == "train") & (table["label"] != "")]
    return label_classifier.fit(train) if train["label"].nunique() > 1 else None


def held_out_accuracy(classifier: Any, scaled: pd.DataFrame, domains: np.ndarray) -> float | str:
    """Balanced accuracy of the classifier on clips outside the training split."""
    table = scaled.assign(label=domains)
    held_out = table[(table["split"] != "train") & table["label"].isin(classifier.classes_)]
    if held_out.empty:
        return f"{ABSENT}no clip of a domain is outside the training split"
    values, labels = held_out[feature_columns(held_out)].to_numpy(), held_out["label"].to_numpy(str)
    return label_classifier.balanced_accuracy(label_classifier.predict(classifier, values, labels))


@dataclass
class Style:
    """Collects embeddings and predictions of the sounds of all systems.

    `missing` {embedding: why it is not available}, `rows` {embedding: {system: {target: [rows]}}}; `predictions` has
    one entry per clip: system, target and the predicted domain.
    """

    embedders: Mapping[str, Embedder]
    missing: Mapping[str, str]
    classifier: Any | None
    rows: dict[str, dict[str, dict[str, list[Rows]]]] = field(default_factory=dict)
    predictions: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, batch: Batch) -> list[Score]:
        """Embed the clips of each sound, and score the style of each sound."""
        found = {name: batch.per_sound(embedder.embed(batch.joined)) for name, embedder in self.embedders.items()}
        for name, parts in found.items():
            for made, part in zip(batch.made, parts, strict=True):
                of_system = self.rows.setdefault(name, {}).setdefault(made.system, {})
                of_system.setdefault(made.target, []).append(Rows(part, np.full(len(part), made.piece)))
        if self.classifier is None:
            return []
        return [self._accuracy(*pair) for pair in zip(batch.made, found[FEATURE_TABLE], strict=True)]

    def _accuracy(self, made: Made, features: np.ndarray) -> Score:
        predicted = self.classifier.predict(features)  # type: ignore[union-attr]
        self.predictions += [(made.system, made.target, str(domain)) for domain in predicted]
        return score("style_accuracy", FEATURE_TABLE, made, np.mean(predicted == made.target))

    def joined_rows(self, embedding: str, system: str) -> dict[str, Rows]:
        """The rows of a system by target domain."""
        return {
            target: Rows(np.concatenate([part.values for part in parts]), np.concatenate([p.pieces for p in parts]))
            for target, parts in self.rows.get(embedding, {}).get(system, {}).items()
        }
