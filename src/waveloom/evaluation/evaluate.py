"""Measure what a generator is worth: against real sounds, beside a floor, a ceiling and baselines."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field
from threadpoolctl import threadpool_limits

from waveloom import plugins, recipes
from waveloom.audio.store import ClipStore
from waveloom.config import config
from waveloom.errors import InputError
from waveloom.evaluation import baselines
from waveloom.evaluation.comparison import compare, of, spread
from waveloom.evaluation.metrics import ABSENT, Judge, Sounds
from waveloom.evaluation.paired import paired
from waveloom.evaluation.recognition import NO_LABELS, recognise
from waveloom.evaluation.sets import References, references, wanted_labels
from waveloom.evaluation.spaces import TABLE, Ear, Space, ears, judge, scaled, spaces
from waveloom.features import Features
from waveloom.features.scale import Scaler
from waveloom.features.table import feature_columns
from waveloom.listening.opinion import mean_opinion_score
from waveloom.model import Model

NO_REFERENCE = f"{ABSENT}no clean original exists"
_CHUNK = 32  # clips in a representation at once
_MOST = 5000  # sounds in a set: a table of all pairs takes 100 MB

log = logging.getLogger(__name__)
Clips = tuple[np.ndarray, np.ndarray]  # (n, samples) and labels (n,)


@config
class Evaluate:
    """How much is drawn and compared; every draw follows from `seed`."""

    samples: Annotated[int, Field(ge=2, le=_MOST)] = 256  # generated clips
    clips: Annotated[int, Field(ge=2, le=_MOST)] = 256  # real clips in each set, at most
    training_clips: Annotated[int, Field(ge=2, le=_MOST)] = 1024  # in which copies are looked for, at most
    seed: Annotated[int, Field(ge=0)] = 0  # of the first generated clip; each next one has the next
    folds: Annotated[int, Field(ge=2)] = 5  # of the classifier's cross-validation
    players: Annotated[int, Field(ge=0)] = 20  # generated sounds to hear in the report, each beside a real one


@dataclass(frozen=True)
class Evaluation:
    """All that was measured, and the sounds it was measured on.

    `metrics`: {number: {space: {set: value}}}, beside it {"margins": the same}, and what belongs to no space; every
    value is finite, or a string that says why it was not measured.
    `confusion` and `agreement`: columns actual (or asked for), predicted; one row a real clip out of fold, or a
    generated one (no rows where not measured). `samples`: one row a generated clip: file, seed, label, model.
    """

    metrics: dict[str, Any]
    confusion: pd.DataFrame
    agreement: pd.DataFrame
    samples: pd.DataFrame
    generated: Sounds
    real: Sounds
    train: Sounds
    floor: str


@threadpool_limits.wrap(limits=1)  # sums keep their order, and small products do not wait for a second thread
def evaluate(
    store: ClipStore,
    table: pd.DataFrame,
    model: Model,
    features: Features,
    rules: Evaluate,
    scaler: Scaler,
    memory: Path | None = None,
) -> Evaluation:
    """Draw samples from `model` and measure them against real clips of `store`.

    Their features are in `table`, and `scaler` was fitted on its training split. What embeddings hear in sets that do
    not depend on the model is kept in the folder `memory`.
    """
    _check(store, table, model)
    chosen = references(store.index, rules.clips, rules.training_clips, rules.seed)
    clips = _clips(store, chosen, model, rules)
    open_ears, missing = ears(clips["train"][0], store.rate_hz, features, {TABLE: scaler}, memory)
    points = {name: _heard(ear, clips, memory) for name, ear in open_ears.items()}
    sounds = {name: Sounds(one, store.rate_hz, points[TABLE][name], said) for name, (one, said) in clips.items()}
    standard = scaled(open_ears[TABLE], table)
    by = judge(standard)
    labels = recognise(standard, sounds["generated"], rules.folds, rules.seed)
    metrics = {
        **_compared(spaces(sounds, points, by), sounds["floor"], sounds["ceiling"], rules.seed),
        **({} if by else _without_labels()),
        **labels.metrics,
        "snr_db": {"generated": NO_REFERENCE},
        "mean_opinion_score": mean_opinion_score(),
        "sets": {name: len(one) for name, one in sounds.items()} | {"seed": rules.seed},
        **_witnesses(open_ears, missing, points, by),
    }
    return Evaluation(
        metrics,
        labels.real,
        labels.generated,
        _samples(model, sounds["generated"], rules),
        sounds["generated"],
        sounds["real"],
        sounds["train"],
        chosen.floor,
    )


def _heard(ear: Ear, clips: Mapping[str, Clips], memory: Path | None) -> dict[str, np.ndarray]:
    """The points of each set; those of generated sounds, new each time, are not kept."""
    return {name: ear.hear(one, None if name == "generated" else memory) for name, (one, _) in clips.items()}


def _check(store: ClipStore, table: pd.DataFrame, model: Model) -> None:
    if list(table["clip_id"]) != list(store.index["clip_id"]):
        raise InputError(
            f"The {len(table)} rows of the feature table are not of the store's clips. Run features again."
        )
    if not np.isfinite(table[feature_columns(table)].to_numpy()).all():
        raise InputError("The feature table holds NaN or infinite values. Run features again.")
    made = (model.spec["samples"], model.spec["rate_hz"])
    if made != (store.samples, store.rate_hz):
        raise InputError(
            f"The generator makes {made[0]} samples at {made[1]} Hz, the clips have {store.samples} at "
            f"{store.rate_hz} Hz. Run train again on these clips."
        )


def _clips(store: ClipStore, chosen: References, model: Model, rules: Evaluate) -> dict[str, Clips]:
    """Every set there is: real ones, generated ones, and what stands beside them."""
    names = store.index["label"].to_numpy(str)
    rows = {"real": chosen.real, "train": chosen.train, "floor": chosen.other}
    clips = {name: (store.read(some), names[some]) for name, some in rows.items()}
    clips["generated"] = _generate(model, rules)
    clips["ceiling"] = _through_representation(model, clips["floor"][0]), clips["floor"][1]
    train = Sounds(clips["train"][0], store.rate_hz, np.empty((len(chosen.train), 0)), clips["train"][1])
    for name in plugins.available(baselines):
        made = plugins.load(baselines, name).make(train, len(clips["generated"][0]), rules.seed)
        clips[name] = made
    return clips


def _compared(laid: list[Space], before: Sounds, after: Sounds, seed: int) -> dict[str, Any]:
    pairs = paired(before.clips, after.clips, before.rate_hz)
    tree: dict[str, Any] = {"round_trip": {name: float(values.mean()) for name, values in pairs.items()}}
    tree |= {"margins": {"round_trip": {name: spread(values) for name, values in pairs.items()}}, "notes": {}}
    for space in laid:
        scores = compare(space.kind, space.sets, space.against, seed)
        for number, values in scores.values.items():
            tree.setdefault(number, {})[space.name] = values
            tree["margins"].setdefault(number, {})[space.name] = scores.margins[number]
        for note in scores.notes:
            log.warning("%s: %s", space.name, note)
        tree["notes"][space.name] = " ".join(scores.notes) or "none"
    return tree


def _without_labels() -> dict[str, Any]:
    return {number: {"labels": {"generated": NO_LABELS}} for metric in of("labels") for number in metric.BETTER}


def _witnesses(
    heard: Mapping[str, Ear], missing: Mapping[str, str], points: Mapping[str, Any], by: Judge | None
) -> dict[str, Any]:
    """By whom it was measured: embeddings with version and dimensions or why they are missing, and the judge."""
    known = {
        name: {"version": ear.module.version(), "dimensions": points[name]["real"].shape[1]}
        for name, ear in heard.items()
    }
    absent = {name: f"{ABSENT}{said}" for name, said in missing.items()}
    judged = {"labels": len(by.labels), "digest": by.digest} if by else NO_LABELS
    return {"embeddings": {**known, **absent}, "judge": judged}


def _generate(model: Model, rules: Evaluate) -> tuple[np.ndarray, np.ndarray]:
    from waveloom.evaluation.sampling import generate  # imports TensorFlow

    labels = wanted_labels(model.spec["labels"], rules.samples)
    count = rules.samples if labels is None else len(labels)
    clips = generate(model, range(rules.seed, rules.seed + count), labels)
    return clips, np.array(labels or [""] * count, str)


def _through_representation(model: Model, clips: np.ndarray) -> np.ndarray:
    made = recipes.parts(recipes.resolve(model.spec["recipe"], {}))
    plugin, rules = made.representation, made.representation_config
    rate_hz, samples = model.spec["rate_hz"], model.spec["samples"]
    parts = (clips[start : start + _CHUNK] for start in range(0, len(clips), _CHUNK))
    tensors = (plugin.encode(rules, part, rate_hz) for part in parts)
    return np.concatenate([plugin.decode(rules, tensor, samples, rate_hz) for tensor in tensors])


def _samples(model: Model, generated: Sounds, rules: Evaluate) -> pd.DataFrame:
    seeds = np.arange(rules.seed, rules.seed + len(generated))
    files = [sample_name(int(seed), label) for seed, label in zip(seeds, generated.labels, strict=True)]
    return pd.DataFrame({"file": files, "seed": seeds, "label": generated.labels, "model": model.digest})


def sample_name(seed: int, label: str) -> str:
    """Name the file of a generated sound, such as piano-0007.wav."""
    return f"{re.sub(r'[^0-9A-Za-z_.-]', '_', label) or 'sound'}-{seed:04d}.wav"
