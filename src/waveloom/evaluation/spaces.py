"""Where sets of sounds are compared: as clips, as sounds with labels, and in every embedding that can be used."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import numpy as np
import pandas as pd

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.evaluation import embeddings
from waveloom.evaluation import label_classifier as classifier
from waveloom.evaluation.embedding_cache import embedded
from waveloom.evaluation.metrics import Judge, Reference, Sounds
from waveloom.evaluation.points import Part
from waveloom.features import Features
from waveloom.features import scaling as scale
from waveloom.features.table import feature_columns

TABLE = "mfcc"  # the embedding that is the feature table


@dataclass(frozen=True)
class Space:
    """One place to compare: its `name`, the `kind` of metrics that look at it, who is judged, and against whom."""

    name: str
    kind: str
    sets: Mapping[str, Part[Any]]
    against: Reference


@dataclass(frozen=True)
class Ear:
    """An embedding and the scale learned from training sounds."""

    name: str
    module: ModuleType
    rate_hz: int
    features: Features
    scaler: scale.Scaler | None

    def hear(self, clips: np.ndarray, memory: Path | None = None) -> np.ndarray:
        """Turn clips (n, samples) into points (n, d) float32; what is in the folder `memory` is not heard again."""
        asked = clips, self.rate_hz, self.features
        rows = self.module.embed(*asked) if memory is None else embedded(self.module, *asked, memory)
        if not np.isfinite(rows).all():
            raise InputError(f"The embedding {self.name} gave NaN or infinite values; repair or drop these clips.")
        return rows if self.scaler is None else scale.apply(self.scaler, rows)


def ears(
    train: np.ndarray,
    rate_hz: int,
    features: Features,
    known: Mapping[str, scale.Scaler] = MappingProxyType({}),
    memory: Path | None = None,
) -> tuple[dict[str, Ear], dict[str, str]]:
    """Open every embedding that can be used, scaled by what is `known` or by training clips; say why others cannot."""
    modules = {name: plugins.load(embeddings, name) for name in plugins.available(embeddings)}
    missing = {name: said for name, module in modules.items() if (said := module.missing())}
    usable = {name: module for name, module in modules.items() if name not in missing}
    plain = {name: Ear(name, module, rate_hz, features, known.get(name)) for name, module in usable.items()}
    return {name: _fitted(ear, train, memory) for name, ear in plain.items()}, missing


def _fitted(ear: Ear, train: np.ndarray, memory: Path | None) -> Ear:
    if ear.scaler is not None or not ear.module.STANDARDISE:
        return ear
    return replace(ear, scaler=scale.fit(ear.hear(train, memory)))


def scaled(ear: Ear, table: pd.DataFrame) -> pd.DataFrame:
    """Put the feature table on the scale of the ear that hears it."""
    assert ear.scaler is not None
    columns = feature_columns(table)
    return table.drop(columns=columns).join(pd.DataFrame(scale.apply(ear.scaler, table), table.index, columns))


def judge(table: pd.DataFrame) -> Judge | None:
    """Fit a judge of labels on the training split of the scaled `table`; None where it has fewer than two labels."""
    train = table[table["split"] == "train"]
    if train["label"].nunique() < 2:
        return None
    fitted = classifier.fit(train)
    return Judge(
        tuple(fitted.classes_), lambda sounds: np.asarray(fitted.predict_proba(sounds.features)), _digest(fitted)
    )


def spaces(
    sounds: Mapping[str, Sounds],
    points: Mapping[str, Mapping[str, np.ndarray]],
    by: Judge | None,
    groups: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> list[Space]:
    """Lay the sets out in each space; "real" and "train" are what the others are judged against.

    `points` holds, under each embedding's name, the rows of each set. Without a judge there is no space of labels.
    `groups` are those of the sets whose sounds are not independent: intervals are drawn by them.
    """
    if len(rates := {one.rate_hz for one in sounds.values()}) > 1:
        raise InputError(f"The sets are at {', '.join(map(str, sorted(rates)))} Hz; compare sounds of one rate only.")
    clips = {name: Part(one, one.labels, groups.get(name)) for name, one in sounds.items()}
    labels = {name: one.labels for name, one in sounds.items()}
    heard = {
        ear: {name: Part(rows, labels[name], groups.get(name)) for name, rows in sets.items()}
        for ear, sets in points.items()
    }
    laid = [_space(ear, "embedding", parts) for ear, parts in heard.items()] + [_space("clips", "clips", clips)]
    return laid if by is None else [*laid, _space("labels", "labels", clips, by)]


def _space(name: str, kind: str, parts: Mapping[str, Part[Any]], by: Judge | None = None) -> Space:
    judged = {who: part for who, part in parts.items() if who not in ("real", "train")}
    return Space(name, kind, judged, Reference(parts["real"], parts["train"], by))


def _digest(judge: Any) -> str:
    """SHA-256 over every array that fitting left in the steps of a scikit-learn pipeline."""
    digest = hashlib.sha256()
    for step in judge:
        for name, value in sorted(vars(step).items()):
            if isinstance(value, np.ndarray):
                digest.update(f"{name} {value.tolist()} ".encode())
    return digest.hexdigest()
