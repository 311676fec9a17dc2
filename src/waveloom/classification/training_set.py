"""The clips that a classifier is trained on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.classification.config import Classify
from waveloom.classification.cross_validation import class_numbers
from waveloom.classification.labelled_clips import LabelledClips
from waveloom.config.errors import InputError
from waveloom.features.table import feature_columns
from waveloom.ingest.value_counts import value_counts


@dataclass(frozen=True)
class TrainingSet:
    """All clips, the `rows` outside the test split, their labels, and generated clips to add to them."""

    clips: LabelledClips
    rows: np.ndarray
    labels: list[str]
    generated: LabelledClips | None
    config: Classify

    @property
    def table(self) -> pd.DataFrame:
        """Feature table of the rows outside the test split."""
        return self.clips.table.iloc[self.rows]

    @property
    def classes(self) -> np.ndarray:
        """Class numbers of the rows outside the test split."""
        return class_numbers(self.table["label"], self.labels)

    def check_generated(self) -> None:
        """InputError if generated clips have a label or features that the corpus does not have."""
        if self.generated is None:
            return
        table, labels = self.generated.table, self.labels
        if unknown := sorted(set(table["label"]) - set(labels)):
            raise InputError(
                f"The generated sounds have the label {unknown[0]!r}; the corpus has: {', '.join(labels)}."
            )
        if feature_columns(table) != feature_columns(self.clips.table):
            raise InputError("The generated sounds have other features than the feature table; run features again.")

    def provenance(self, store: ClipStore) -> dict[str, Any]:
        """What the model was trained on: digest of the clips, number of clips, labels and licences."""
        table = self.table
        licences = store.index.loc[table.index, "licence"] if "licence" in store.index else pd.Series(dtype=str)
        return {
            "clips": store.digest,
            "count": len(table),
            "labels": dict(sorted(value_counts(table["label"]).items())),
            "licences": dict(sorted(value_counts(licences).items())),
            "generated": len(self.generated.table) if self.generated else 0,
        }
