"""Every metric in every space, for every strength of every degradation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from validation.degradations import DEGRADATIONS, Clips, Degradation
from waveloom.audio.store import ClipStore
from waveloom.evaluation.comparison import Value, compare, margin_of_mean, metric_directions, metrics_of
from waveloom.evaluation.embedders import Embedder, load_embedders
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.feature_spaces import FeatureSpace, feature_spaces
from waveloom.evaluation.label_classifier import fit_label_classifier
from waveloom.evaluation.metrics import ABSENT, LabelClassifier, NotMeasuredError, Sounds
from waveloom.evaluation.paired_metrics import BETTER as PAIRED
from waveloom.evaluation.paired_metrics import paired_metrics
from waveloom.evaluation.reference_sets import choose_reference_sets
from waveloom.features import Features

COUNT, TRAINING, SEED = 128, 512, 0
FEATURES = Features()
AGREEMENT = "label_agreement"
WAYS = {**metric_directions(), **PAIRED, AGREEMENT: "higher"}
Row = dict[str, Any]
EmbeddedClips = tuple[Sounds, dict[str, np.ndarray]]


@dataclass(frozen=True)
class Setup:
    """Embedders, embedded real and training sounds, label classifier, and cache folder."""

    embedders: Mapping[str, Embedder]
    references: Mapping[str, EmbeddedClips]
    classifier: LabelClassifier | None
    folder: Path


def measure(corpus: str, store: ClipStore, folder: Path) -> pd.DataFrame:
    """One row per degradation, strength, space and number: `value` or reason, and for unchanged sounds a `margin`."""
    sets = references_of(store)
    embedders, missing = load(sets["train"].clips, store.rate_hz)
    for name, reason in missing.items():
        print(f"{name}: {reason}")
    references = {name: embed(embedders, sets[name], folder) for name in ("real", "train")}
    setup = Setup(embedders, references, _classifier(references["train"][0]), folder)
    sizes = {"judged": len(sets["other"].clips), "real": len(sets["real"].clips), "taught": len(sets["train"].clips)}
    unchanged = list(_scores(sets["other"], sets["other"], setup, with_margins=True))
    made = [
        {"corpus": corpus, **sizes, "harm": harm.name, "strength": strength, **row}
        for harm in DEGRADATIONS
        for strength in harm.strengths
        for row in _rows(harm, strength, sets["other"], setup, unchanged)
    ]
    return pd.DataFrame(made)


def _rows(harm: Degradation, strength: float, before: Clips, setup: Setup, unchanged: list[Row]) -> Iterable[Row]:
    if strength != harm.strengths[0]:
        return _scores(before, harm.apply(before, strength), setup)
    return unchanged if harm.keeps_all else _scores(before, harm.apply(before, strength), setup, with_margins=True)


def references_of(store: ClipStore) -> dict[str, Clips]:
    """Choose as an evaluation does: `real` as reference, `other` to degrade, and `train`."""
    labels = store.index["label"].to_numpy(str)
    chosen = choose_reference_sets(store.index, COUNT, TRAINING, SEED)
    training = store.read(chosen.train)
    rows = {"real": chosen.real, "train": chosen.train, "other": chosen.floor}
    return {name: Clips(store.read(some), labels[some], store.rate_hz, training) for name, some in rows.items()}


def load(train: np.ndarray, rate_hz: int) -> tuple[dict[str, Embedder], dict[str, str]]:
    """Load every installed embedding, and {name: reason} of the others."""
    return load_embedders(train, rate_hz, FEATURES)


def _scores(before: Clips, after: Clips, setup: Setup, with_margins: bool = False) -> Iterator[Row]:
    every = {**setup.references, "judged": embed(setup.embedders, after, setup.folder)}
    sounds = {name: one for name, (one, _) in every.items()}
    points = {embedding: {name: rows[embedding] for name, (_, rows) in every.items()} for embedding in setup.embedders}
    for space in feature_spaces(sounds, points, setup.classifier):
        values, margins = _with_margins(space) if with_margins else (_values(space), {})
        for number, value in values.items():
            yield _row(space.name, number, value, margins.get(number, ""))
    if setup.classifier is not None:
        names = np.array(setup.classifier.labels)[setup.classifier.probabilities(sounds["judged"]).argmax(axis=1)]
        right = (names == after.labels).astype(float)
        yield _row("labels", AGREEMENT, float(right.mean()), margin_of_mean(right))
    if len(before.clips) == len(after.clips):
        for number, values_of_pairs in paired_metrics(before.clips, after.clips, before.rate_hz).items():
            yield _row("pairs", number, float(values_of_pairs.mean()), margin_of_mean(values_of_pairs))


def _with_margins(space: FeatureSpace) -> tuple[dict[str, Value], dict[str, Value]]:
    """Every number of the evaluated set, and its margin."""
    scores = compare(space.kind, space.sets, space.reference, SEED)
    return tuple({n: sets["judged"] for n, sets in tree.items()} for tree in (scores.values, scores.margins))


def _values(space: FeatureSpace) -> dict[str, Value]:
    """Every number of the evaluated set, without the margins, which take most of the time."""
    with threadpool_limits(1):
        return {number: value for metric in metrics_of(space.kind) for number, value in _score(metric, space).items()}


def _score(metric: ModuleType, space: FeatureSpace) -> dict[str, Value]:
    try:
        return metric.score(space.sets["judged"], space.reference)
    except NotMeasuredError as reason:
        return dict.fromkeys(metric.BETTER, f"{ABSENT}{reason}")


def embed(embedders: Mapping[str, Embedder], some: Clips, folder: Path) -> EmbeddedClips:
    """A set as `Sounds`, and its rows by embedding."""
    points = {name: embedder.embed(some.clips, folder) for name, embedder in embedders.items()}
    return Sounds(some.clips, some.rate_hz, points[FEATURE_TABLE], some.labels), points


def _classifier(train: Sounds) -> LabelClassifier | None:
    columns = [f"feature_{i}" for i in range(train.features.shape[1])]
    return fit_label_classifier(pd.DataFrame(train.features, columns=columns).assign(label=train.labels, split="train"))


def _row(space: str, number: str, value: Any, margin: Any) -> Row:
    return {"space": space, "number": number, "value": value, "margin": margin}
