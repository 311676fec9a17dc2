"""Measure what a generator is worth: against real sounds, beside a floor, a ceiling and noise."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field

from waveloom import recipes
from waveloom.audio.store import ClipStore
from waveloom.config import config
from waveloom.errors import InputError
from waveloom.evaluation.comparison import compare
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.recognition import recognise
from waveloom.evaluation.round_trip import round_trip
from waveloom.evaluation.sets import references, wanted_labels
from waveloom.features import Features, scale
from waveloom.features.table import describe, feature_columns
from waveloom.model import Model

NO_REFERENCE = "not measured: no clean original exists"
NO_LISTENER = "not measured: no listener took part"
_CHUNK = 32  # clips in a representation at once


@config
class Evaluate:
    """How much is drawn and compared; every draw follows from `seed`."""

    samples: Annotated[int, Field(ge=2)] = 256  # generated clips
    clips: Annotated[int, Field(ge=2)] = 256  # real clips in each set, at most
    seed: Annotated[int, Field(ge=0)] = 0  # of the first generated clip; each next one has the next
    folds: Annotated[int, Field(ge=2)] = 5  # of the classifier's cross-validation
    players: Annotated[int, Field(ge=0)] = 20  # generated sounds to hear in the report, each beside a real one


@dataclass(frozen=True)
class Evaluation:
    """All that was measured, and the sounds it was measured on.

    `metrics`: {number: {set: value}} of finite floats, or of a string that says why it was not measured.
    `confusion` and `agreement`: columns actual (or asked for), predicted; one row a real clip out of fold, or a
    generated one (no rows where not measured). `samples`: one row a generated clip: file, seed, label, model.
    """

    metrics: dict[str, dict[str, Any]]
    confusion: pd.DataFrame
    agreement: pd.DataFrame
    samples: pd.DataFrame
    generated: Sounds
    real: Sounds
    floor: str


def evaluate(
    store: ClipStore, table: pd.DataFrame, model: Model, features: Features, rules: Evaluate, scaler: scale.Scaler
) -> Evaluation:
    """Draw samples from `model` and measure them against real clips of `store`.

    Their features are in `table`, and `scaler` was fitted on its training split.
    """
    _check(store, table, model)
    hear = _listener(store.rate_hz, features, scaler)
    rows, others, floor = references(store.index, rules.clips, rules.seed)
    real, other = (hear(store.read(chosen), store.index["label"].to_numpy(str)[chosen]) for chosen in (rows, others))
    generated = hear(*_generate(model, rules))
    returned = _through_representation(model, other.clips)
    ceiling, noise = hear(returned, other.labels), hear(*_noise(other))
    sets = {"generated": generated, "floor": other, "ceiling": ceiling, "noise": noise}
    labels = recognise(_scaled(scaler, table), generated, rules.folds, rules.seed)
    metrics = {
        **compare(real, sets),
        "round_trip": round_trip(other.clips, returned),
        **labels.metrics,
        "snr_db": {"generated": NO_REFERENCE},
        "mean_opinion_score": {"generated": NO_LISTENER},
        "sets": {name: len(sounds) for name, sounds in {"real": real, **sets}.items()} | {"seed": rules.seed},
    }
    return Evaluation(metrics, labels.real, labels.generated, _samples(model, generated, rules), generated, real, floor)


def _check(store: ClipStore, table: pd.DataFrame, model: Model) -> None:
    if list(table["clip_id"]) != list(store.index["clip_id"]):
        raise InputError(
            f"The {len(table)} rows of the feature table are not of the store's clips. Run features again."
        )
    made = (model.spec["samples"], model.spec["rate_hz"])
    if made != (store.samples, store.rate_hz):
        raise InputError(
            f"The generator makes {made[0]} samples at {made[1]} Hz, the clips have {store.samples} at "
            f"{store.rate_hz} Hz. Run train again on these clips."
        )


def _listener(rate_hz: int, features: Features, scaler: scale.Scaler) -> Callable[[np.ndarray, np.ndarray], Sounds]:
    def hear(clips: np.ndarray, labels: np.ndarray) -> Sounds:
        return Sounds(clips, rate_hz, scale.apply(scaler, describe(clips, rate_hz, features)), labels)

    return hear


def _scaled(scaler: scale.Scaler, table: pd.DataFrame) -> pd.DataFrame:
    columns = feature_columns(table)
    return table.drop(columns=columns).join(pd.DataFrame(scale.apply(scaler, table), table.index, columns))


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


def _noise(like: Sounds) -> tuple[np.ndarray, np.ndarray]:
    """White noise, as much as there is of the set it is like: the score of what no one would call a sound of it."""
    clips = np.random.default_rng(0).uniform(-0.95, 0.95, like.clips.shape)
    return clips.astype(np.float32), np.full(len(like), "")


def _samples(model: Model, generated: Sounds, rules: Evaluate) -> pd.DataFrame:
    seeds = np.arange(rules.seed, rules.seed + len(generated))
    files = [sample_name(int(seed), label) for seed, label in zip(seeds, generated.labels, strict=True)]
    return pd.DataFrame({"file": files, "seed": seeds, "label": generated.labels, "model": model.digest})


def sample_name(seed: int, label: str) -> str:
    """Name the file of a generated sound, such as piano-0007.wav."""
    return f"{re.sub(r'[^0-9A-Za-z_.-]', '_', label) or 'sound'}-{seed:04d}.wav"
