"""Evaluates a generator: samples it and compares the samples and control sets with real sounds.

The control sets are the floor (other real sounds), the ceiling (the floor after a round trip through the
representation) and the baselines (simple generators).
"""

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
from waveloom.evaluation.comparison import all_directions
from waveloom.evaluation.embedded_sets import embed_sets
from waveloom.evaluation.embedders import scaled_table
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.label_agreement import measure_label_agreement
from waveloom.evaluation.label_classifier import fit_label_classifier
from waveloom.evaluation.metric_tree import metric_tree
from waveloom.evaluation.metrics import ABSENT, Sounds
from waveloom.evaluation.omissions import omissions, sentences
from waveloom.evaluation.reference_sets import ReferenceSets, choose_reference_sets
from waveloom.evaluation.stereo import stereo_distances
from waveloom.features import Features
from waveloom.features.scaling import Scaler
from waveloom.features.table import feature_columns
from waveloom.listening.mean_opinion_score import NOBODY
from waveloom.models.model import Model

NO_REFERENCE = f"{ABSENT}no clean original exists"
_UNMEASURED = {"snr_db": {"generated": NO_REFERENCE}, "mean_opinion_score": {"generated": NOBODY}}
_MAX_SOUNDS = 5000  # in a set: the distances of all pairs take 100 MB

log = logging.getLogger(__name__)


@checked_dataclass
class Evaluate:
    """How many sounds are generated and compared; `seed` determines every random choice."""

    samples: Annotated[int, Field(ge=2, le=_MAX_SOUNDS)] = 256  # generated clips; at least two of each label
    clips: Annotated[int, Field(ge=2, le=_MAX_SOUNDS)] = 256  # real clips in each set, at most
    training_clips: Annotated[int, Field(ge=2, le=_MAX_SOUNDS)] = 1024  # searched for copies, at most
    seed: Annotated[int, Field(ge=0)] = 0  # of the first generated clip; each next clip has the next seed
    folds: Annotated[int, Field(ge=2)] = 5  # of the cross-validation of the classifier
    players: Annotated[int, Field(ge=0)] = 20  # generated sounds in the report, each beside a real one


@dataclass(frozen=True)
class Evaluation:
    """All metrics, and the sounds they were computed from.

    `metrics`: {number: {space: {set: value}}}, {"margins": the same}, {"better": {number: direction}}, and numbers
    without a space; every value is finite, or a string that says why it was not measured.
    `confusion` and `agreement`: columns actual (or requested) and predicted label; one row per real clip outside the
    test split, or per generated clip (no rows if not measured). `samples`: one row per generated clip: file, seed,
    label, model. `floor_origin` says which real sounds are the floor.
    """

    metrics: dict[str, Any]
    confusion: pd.DataFrame
    agreement: pd.DataFrame
    samples: pd.DataFrame
    generated: Sounds
    real: Sounds
    train: Sounds
    floor_origin: str


@threadpool_limits.wrap(limits=1)  # fixes the order of sums; small products are not faster with more threads
def evaluate(
    store: ClipStore,
    table: pd.DataFrame,
    model: Model,
    features: Features,
    config: Evaluate,
    scaler: Scaler,
    cache: Path | None = None,
) -> Evaluation:
    """Generate samples with `model` and compare them with real clips of `store`, whose features are in `table`.

    `scaler` was fitted on the training split of `table`. Embeddings of real clips are stored in the folder `cache`.
    """
    _check(store, table, model)
    chosen = choose_reference_sets(store.index, config.clips, config.training_clips, config.seed)
    clips, redrawn = clip_sets(store, chosen, model, config.samples, config.seed)
    mono = {name: (to_mono(samples), labels) for name, (samples, labels) in clips.items()}
    embedded = embed_sets(mono, store.rate_hz, features, scaler, cache)
    scaled = scaled_table(embedded.embedders[FEATURE_TABLE], table)
    agreement = measure_label_agreement(scaled, embedded.sounds["generated"], config.folds, config.seed)
    metrics = {
        **metric_tree(embedded, fit_label_classifier(scaled), config.seed, _groups(store, chosen)),
        **agreement.metrics,
        **_UNMEASURED,
        "better": all_directions(),
        "redrawn": redrawn,
    }
    if missing := omissions(table, model, config.folds, metrics["sets"]):
        metrics["left_out"] = missing
        log.warning("Left out because there are too few sounds: %s.", "; ".join(sentences(missing)))
    sounds = {name: embedded.sounds[name] for name in ("generated", "real", "train")}
    generated = clips["generated"][0]
    if generated.ndim > 2:
        sounds = _with_stereo(sounds, generated, store, chosen)
        stereo = {"generated": generated, "floor": store.read(chosen.floor, 2)}
        metrics["stereo"] = stereo_distances(stereo, sounds["real"].all_channels)
    samples = _sample_table(model, sounds["generated"], config.seed)
    return Evaluation(metrics, agreement.real, agreement.generated, samples, **sounds, floor_origin=chosen.floor_origin)


def _groups(store: ClipStore, chosen: ReferenceSets) -> dict[str, np.ndarray]:
    """The group of each real sound; the ceiling has the groups of the floor."""
    names = store.index["group"].to_numpy(str)
    rows = {"real": chosen.real, "train": chosen.train, "floor": chosen.floor, "ceiling": chosen.floor}
    return {name: names[some] for name, some in rows.items()}


def _with_stereo(
    sounds: dict[str, Sounds], generated: np.ndarray, store: ClipStore, chosen: ReferenceSets
) -> dict[str, Sounds]:
    both = {"generated": generated, "real": store.read(chosen.real, 2), "train": store.read(chosen.train, 2)}
    return {name: replace(one, stereo=both[name]) for name, one in sounds.items()}


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


def _sample_table(model: Model, generated: Sounds, seed: int) -> pd.DataFrame:
    seeds = np.arange(seed, seed + len(generated))
    files = [sample_name(int(seed), label) for seed, label in zip(seeds, generated.labels, strict=True)]
    return pd.DataFrame({"file": files, "seed": seeds, "label": generated.labels, "model": model.digest})


def sample_name(seed: int, label: str) -> str:
    """Name the file of a generated sound, such as piano-0007.wav."""
    return file_name(f"{seed:04d}", label)
