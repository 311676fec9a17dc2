"""Measure what a generator is worth: against real sounds, beside a floor, a ceiling and baselines."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field
from threadpoolctl import threadpool_limits

from waveloom.audio.clip import to_mono
from waveloom.audio.file_names import file_name
from waveloom.audio.store import ClipStore
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.evaluation.clip_sets import clip_sets
from waveloom.evaluation.comparison import compare, directions, mean, of, spread
from waveloom.evaluation.embed import Heard, hear
from waveloom.evaluation.metrics import ABSENT, Judge, Sounds
from waveloom.evaluation.omissions import omissions, sentences
from waveloom.evaluation.paired import paired
from waveloom.evaluation.recognition import NO_LABELS, recognise
from waveloom.evaluation.sets import References, references
from waveloom.evaluation.spaces import TABLE, Space, judge, scaled, spaces
from waveloom.evaluation.stereo import stage
from waveloom.features import Features
from waveloom.features.scaling import Scaler
from waveloom.features.table import feature_columns
from waveloom.listening.opinion import NOBODY
from waveloom.models.model import Model

NO_REFERENCE = f"{ABSENT}no clean original exists"
_UNASKED = {"snr_db": {"generated": NO_REFERENCE}, "mean_opinion_score": {"generated": NOBODY}}
_MOST = 5000  # sounds in a set: a table of all pairs takes 100 MB

log = logging.getLogger(__name__)


@checked_dataclass
class Evaluate:
    """How much is drawn and compared; every draw follows from `seed`."""

    samples: Annotated[int, Field(ge=2, le=_MOST)] = 256  # generated clips; where there are many labels two of each
    clips: Annotated[int, Field(ge=2, le=_MOST)] = 256  # real clips in each set, at most
    training_clips: Annotated[int, Field(ge=2, le=_MOST)] = 1024  # in which copies are looked for, at most
    seed: Annotated[int, Field(ge=0)] = 0  # of the first generated clip; each next one has the next
    folds: Annotated[int, Field(ge=2)] = 5  # of the classifier's cross-validation
    players: Annotated[int, Field(ge=0)] = 20  # generated sounds to hear in the report, each beside a real one


@dataclass(frozen=True)
class Evaluation:
    """All that was measured, and the sounds it was measured on.

    `metrics`: {number: {space: {set: value}}}, beside it {"margins": the same}, {"better": {number: which way}}, and
    what belongs to no space; every value is finite, or a string that says why it was not measured.
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
    """Draw samples from `model` and measure them against real clips of `store`, whose features are in `table`.

    `scaler` was fitted on its training split. What ears hear in sets that are not the model's is kept in `memory`.
    """
    _check(store, table, model)
    chosen = references(store.index, rules.clips, rules.training_clips, rules.seed)
    clips, again = clip_sets(store, chosen, model, rules.samples, rules.seed)
    heard = hear(
        {name: (to_mono(one), said) for name, (one, said) in clips.items()}, store.rate_hz, features, scaler, memory
    )
    standard = scaled(heard.ears[TABLE], table)
    labels = recognise(standard, heard.sounds["generated"], rules.folds, rules.seed)
    groups = _groups(store, chosen)
    metrics = {
        **_compared(heard, judge(standard), rules.seed, groups),
        **labels.metrics,
        **_UNASKED,
        "better": directions(),
    }
    metrics["drawn_again"] = again
    if missing := omissions(table, model, rules.folds, metrics["sets"]):
        metrics["left_out"] = missing
        log.warning("Left out because there are too few sounds: %s.", "; ".join(sentences(missing)))
    parts = {name: heard.sounds[name] for name in ("generated", "real", "train")}
    made = clips["generated"][0]
    if made.ndim > 2:
        parts = _in_stereo(parts, made, store, chosen)
        metrics["stage"] = stage({"generated": made, "floor": store.read(chosen.other, 2)}, parts["real"].whole)
    index = _samples(model, parts["generated"], rules.seed)
    return Evaluation(metrics, labels.real, labels.generated, index, **parts, floor=chosen.floor)


def _groups(store: ClipStore, chosen: References) -> dict[str, np.ndarray]:
    """The group of each real sound; those of the ceiling are of the floor's."""
    names = store.index["group"].to_numpy(str)
    rows = {"real": chosen.real, "train": chosen.train, "floor": chosen.other, "ceiling": chosen.other}
    return {name: names[some] for name, some in rows.items()}


def _in_stereo(parts: dict[str, Sounds], made: np.ndarray, store: ClipStore, chosen: References) -> dict[str, Sounds]:
    both = {"generated": made, "real": store.read(chosen.real, 2), "train": store.read(chosen.train, 2)}
    return {name: replace(one, stereo=both[name]) for name, one in parts.items()}


def _check(store: ClipStore, table: pd.DataFrame, model: Model) -> None:
    if list(table["clip_id"]) != list(store.index["clip_id"]):
        raise InputError(
            f"The {len(table)} rows of the feature table are not of the store's clips. Run features again."
        )
    if not np.isfinite(table[feature_columns(table)].to_numpy()).all():
        raise InputError("The feature table holds NaN or infinite values. Run features again.")
    if model.spec.get("channels", 1) > store.channels:
        raise InputError(
            "The generator makes stereo, the clips are mono. Set prepare.channel to both, or run train again."
        )
    made = (model.spec["samples"], model.spec["rate_hz"])
    if made != (store.samples, store.rate_hz):
        raise InputError(
            f"The generator makes {made[0]} samples at {made[1]} Hz, the clips have {store.samples} at "
            f"{store.rate_hz} Hz. Run train again on these clips."
        )


def _compared(heard: Heard, by: Judge | None, seed: int, groups: dict[str, np.ndarray]) -> dict[str, Any]:
    """Every number of every space, and by whom, on how many sounds and with which seed it was measured."""
    sizes = {name: len(one) for name, one in heard.sounds.items()} | {"seed": seed}
    laid = spaces(heard.sounds, heard.points, by, groups)
    scores = {**_round_trip(heard, groups["floor"]), "notes": {}}
    _add_scores(scores, laid, seed)
    return {**scores, **({} if by else _without_labels()), "sets": sizes, **_witnesses(heard, by)}


def _round_trip(heard: Heard, groups: np.ndarray) -> dict[str, Any]:
    """What the representation does to each real sound, with margins."""
    before, after = heard.sounds["floor"], heard.sounds["ceiling"]
    pairs = paired(before.clips, after.clips, before.rate_hz)
    margins = {name: spread(values, groups) for name, values in pairs.items()}
    return {
        "round_trip": {name: mean(values) for name, values in pairs.items()},
        "margins": {"round_trip": margins},
    }


def _add_scores(tree: dict[str, Any], laid: list[Space], seed: int) -> None:
    """Lay the numbers of every space, their margins and notes into the tree of metrics."""
    for space in laid:
        scores = compare(space.kind, space.sets, space.against, seed)
        for number, values in scores.values.items():
            tree.setdefault(number, {})[space.name] = values
            tree["margins"].setdefault(number, {})[space.name] = scores.margins[number]
        for note in scores.notes:
            log.warning("%s: %s", space.name, note)
        tree["notes"][space.name] = " ".join(scores.notes) or "none"


def _without_labels() -> dict[str, Any]:
    return {number: {"labels": {"generated": NO_LABELS}} for metric in of("labels") for number in metric.BETTER}


def _witnesses(heard: Heard, by: Judge | None) -> dict[str, Any]:
    """By whom it was measured: embeddings with version and dimensions or why they are missing, and the judge."""
    known = {
        name: {"version": ear.module.version(), "dimensions": heard.points[name]["real"].shape[1]}
        for name, ear in heard.ears.items()
    }
    absent = {name: f"{ABSENT}{said}" for name, said in heard.missing.items()}
    judged = {"labels": len(by.labels), "digest": by.digest} if by else NO_LABELS
    return {"embeddings": {**known, **absent}, "judge": judged}


def _samples(model: Model, generated: Sounds, seed: int) -> pd.DataFrame:
    seeds = np.arange(seed, seed + len(generated))
    files = [sample_name(int(seed), label) for seed, label in zip(seeds, generated.labels, strict=True)]
    return pd.DataFrame({"file": files, "seed": seeds, "label": generated.labels, "model": model.digest})


def sample_name(seed: int, label: str) -> str:
    """Name the file of a generated sound, such as piano-0007.wav."""
    return file_name(f"{seed:04d}", label)
