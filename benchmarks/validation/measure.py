"""Every number of every metric, in every space, for every strength of every harm."""

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
from waveloom.evaluation.embedders import load_embedders
from waveloom.evaluation.embeddings import FEATURE_TABLE, Embedder, FeatureSpace
from waveloom.evaluation.feature_spaces import feature_spaces
from waveloom.evaluation.label_classifier import fit_label_classifier
from waveloom.evaluation.metrics import ABSENT, LabelClassifier, NotMeasuredError, Sounds
from waveloom.evaluation.paired_metrics import BETTER as PAIRED
from waveloom.evaluation.paired_metrics import paired_metrics
from waveloom.evaluation.reference_sets import choose_reference_sets
from waveloom.features import Features

COUNT, TAUGHT, SEED = 128, 512, 0
FEATURES = Features()
AGREEMENT = "label_agreement"
WAYS = {**metric_directions(), **PAIRED, AGREEMENT: "higher"}
Row = dict[str, Any]
EmbeddedSets = tuple[Sounds, dict[str, np.ndarray]]


@dataclass(frozen=True)
class Ground:
    """What harmed sounds are judged against: the ears, what they heard in real and training sounds, and the judge."""

    opened: Mapping[str, Embedder]
    known: Mapping[str, EmbeddedSets]
    by: LabelClassifier | None
    folder: Path


def measure(corpus: str, store: ClipStore, folder: Path) -> pd.DataFrame:
    """Give one row a harm, strength, space and number: its `value`, or why there is none; unharmed ones a `margin`."""
    sets = references_of(store)
    opened, missing = open_ears(sets["train"].clips, store.rate_hz)
    for name, said in missing.items():
        print(f"{name}: {said}")
    known = {name: heard(opened, sets[name], folder) for name in ("real", "train")}
    ground = Ground(opened, known, _judge(known["train"][0]), folder)
    sizes = {"judged": len(sets["other"].clips), "real": len(sets["real"].clips), "taught": len(sets["train"].clips)}
    unharmed = list(_scores(sets["other"], sets["other"], ground, with_margins=True))
    made = [
        {"corpus": corpus, **sizes, "harm": harm.name, "strength": strength, **row}
        for harm in DEGRADATIONS
        for strength in harm.strengths
        for row in _rows(harm, strength, sets["other"], ground, unharmed)
    ]
    return pd.DataFrame(made)


def _rows(harm: Degradation, strength: float, before: Clips, ground: Ground, unharmed: list[Row]) -> Iterable[Row]:
    if strength != harm.strengths[0]:
        return _scores(before, harm.harm(before, strength), ground)
    return unharmed if harm.keeps_all else _scores(before, harm.harm(before, strength), ground, with_margins=True)


def references_of(store: ClipStore) -> dict[str, Clips]:
    """Choose as an evaluation does: `real` to judge by, `other` to harm, and what a generator would be taught."""
    labels = store.index["label"].to_numpy(str)
    chosen = choose_reference_sets(store.index, COUNT, TAUGHT, SEED)
    taught = store.read(chosen.train)
    rows = {"real": chosen.real, "train": chosen.train, "other": chosen.floor}
    return {name: Clips(store.read(some), labels[some], store.rate_hz, taught) for name, some in rows.items()}


def open_ears(taught: np.ndarray, rate_hz: int) -> tuple[dict[str, Embedder], dict[str, str]]:
    """Open every embedding that is installed; and say why the others are not."""
    return load_embedders(taught, rate_hz, FEATURES)


def _scores(before: Clips, after: Clips, ground: Ground, with_margins: bool = False) -> Iterator[Row]:
    every = {**ground.known, "judged": heard(ground.opened, after, ground.folder)}
    sounds = {name: one for name, (one, _) in every.items()}
    points = {ear: {name: rows[ear] for name, (_, rows) in every.items()} for ear in ground.opened}
    for space in feature_spaces(sounds, points, ground.by):
        values, margins = _known(space) if with_margins else (_values(space), {})
        for number, value in values.items():
            yield _row(space.name, number, value, margins.get(number, ""))
    if ground.by is not None:
        names = np.array(ground.by.labels)[ground.by.probabilities(sounds["judged"]).argmax(axis=1)]
        right = (names == after.labels).astype(float)
        yield _row("labels", AGREEMENT, float(right.mean()), margin_of_mean(right))
    if len(before.clips) == len(after.clips):
        for number, values_of_pairs in paired_metrics(before.clips, after.clips, before.rate_hz).items():
            yield _row("pairs", number, float(values_of_pairs.mean()), margin_of_mean(values_of_pairs))


def _known(space: FeatureSpace) -> tuple[dict[str, Value], dict[str, Value]]:
    """Every number of the judged set, and its margin."""
    scores = compare(space.kind, space.sets, space.reference, SEED)
    return tuple({n: sets["judged"] for n, sets in tree.items()} for tree in (scores.values, scores.margins))


def _values(space: FeatureSpace) -> dict[str, Value]:
    """Every number of the judged set, without the margins, which take most of the time."""
    with threadpool_limits(1):
        return {number: value for metric in metrics_of(space.kind) for number, value in _score(metric, space).items()}


def _score(metric: ModuleType, space: FeatureSpace) -> dict[str, Value]:
    try:
        return metric.score(space.sets["judged"], space.reference)
    except NotMeasuredError as reason:
        return dict.fromkeys(metric.BETTER, f"{ABSENT}{reason}")


def heard(opened: Mapping[str, Embedder], some: Clips, folder: Path) -> EmbeddedSets:
    """Give a set as every metric wants it, and its points by embedding."""
    points = {name: ear.embed(some.clips, folder) for name, ear in opened.items()}
    return Sounds(some.clips, some.rate_hz, points[FEATURE_TABLE], some.labels), points


def _judge(known: Sounds) -> LabelClassifier | None:
    columns = [f"feature_{i}" for i in range(known.features.shape[1])]
    return fit_label_classifier(pd.DataFrame(known.features, columns=columns).assign(label=known.labels, split="train"))


def _row(space: str, number: str, value: Any, margin: Any) -> Row:
    return {"space": space, "number": number, "value": value, "margin": margin}
