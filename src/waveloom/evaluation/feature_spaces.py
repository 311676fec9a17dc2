"""The spaces in which sets are compared: clips, labels, and one per embedding."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from waveloom.config.errors import InputError
from waveloom.evaluation.metrics import LabelClassifier, Reference, Sounds
from waveloom.evaluation.subset import Subset


@dataclass(frozen=True)
class FeatureSpace:
    """The sets to evaluate in one space, and the reference they are compared with.

    `kind` is the `SPACE` of the metrics that are computed here: "embedding", "clips" or "labels".
    """

    name: str
    kind: str
    sets: Mapping[str, Subset[Any]]
    reference: Reference


def feature_spaces(
    sounds: Mapping[str, Sounds],
    rows: Mapping[str, Mapping[str, np.ndarray]],
    classifier: LabelClassifier | None,
    groups: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> list[FeatureSpace]:
    """Make one space per embedding, one for clips, and with a `classifier` one for labels.

    `sounds` {set: sounds} and `rows` {embedding: {set: (n, d)}}; the sets "real" and "train" are the reference.
    `groups` {set: (n,)} name the sounds that are not independent, which confidence intervals need.
    """
    if len(rates := {one.rate_hz for one in sounds.values()}) > 1:
        raise InputError(f"The sets are at {', '.join(map(str, sorted(rates)))} Hz; compare sounds of one rate only.")
    clips = {name: Subset(one, one.labels, groups.get(name)) for name, one in sounds.items()}
    labels = {name: one.labels for name, one in sounds.items()}
    embedded = {
        embedding: {name: Subset(values, labels[name], groups.get(name)) for name, values in sets.items()}
        for embedding, sets in rows.items()
    }
    spaces = [_space(name, "embedding", sets) for name, sets in embedded.items()] + [_space("clips", "clips", clips)]
    return spaces if classifier is None else [*spaces, _space("labels", "labels", clips, classifier)]


def _space(
    name: str, kind: str, sets: Mapping[str, Subset[Any]], classifier: LabelClassifier | None = None
) -> FeatureSpace:
    evaluated = {set_name: subset for set_name, subset in sets.items() if set_name not in ("real", "train")}
    return FeatureSpace(name, kind, evaluated, Reference(sets["real"], sets["train"], classifier))
