"""Validation: the distance of generated clips to held-out clips, and the failures found in them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from scipy.spatial.distance import pdist

from waveloom.audio.clip import to_mono
from waveloom.features import Features
from waveloom.features.kernel_distance import kernel_distance
from waveloom.features.scaling import Scaler, apply
from waveloom.features.table import clip_features
from waveloom.training.config import Train
from waveloom.training.failures import failures, symptoms
from waveloom.training.task import Task

BATCH = 32  # clips generated at a time
EQUAL = 1e-5  # distances below this fraction of the largest value are rounding errors
MAX_COMPARED = 512  # validation clips that are compared with each other
MAX_TRAINING_CLIPS = 2048  # training clips among which copies are searched

Generate = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Measurement(NamedTuple):
    """Result of a validation: clips (n, samples), the distance that selects the best weights, failures, its parts.

    `failures` are sentences by name; `parts` are columns of the history whose names begin with `validation_`.
    """

    clips: np.ndarray
    distance: float
    failures: dict[str, str]
    parts: dict[str, float]


class Validates(Protocol):
    """What the training loop validates with: see `Validation`, and `training.translation_validation`."""

    @property
    def task(self) -> Task:
        """The task of the training."""

    def measure(self, generate: Generate) -> Measurement:
        """Generate clips and measure them."""


@dataclass(frozen=True)
class Validation:
    """Held-out clips as scaled features (n, columns), and the noise and labels to generate from in every validation.

    `symptoms` are those of the held-out clips, `trained` (m, columns) the features of some training clips.
    """

    task: Task
    features: Features
    scaler: Scaler
    real: np.ndarray
    symptoms: dict[str, float]
    trained: np.ndarray
    noise: np.ndarray
    labels: np.ndarray

    def measure(self, generate: Generate) -> Measurement:
        """Generate one clip for each held-out clip, with its label; the distance is the kernel distance.

        `generate` returns encoded clips (batch, *shape) of noise (batch, noise) and labels (batch,).
        """
        parts = [slice(first, first + BATCH) for first in range(0, len(self.noise), BATCH)]
        clips = np.concatenate([self.task.decode(generate(self.noise[part], self.labels[part])) for part in parts])
        mono = to_mono(clips)
        generated = apply(self.scaler, clip_features(mono, self.task.store.rate_hz, self.features))
        found = failures(mono, generated, self.symptoms, self.real, self.trained)
        return Measurement(clips, kernel_distance(self.real, generated), found, {})


def create_validation(task: Task, config: Train, features: Features, scaler: Scaler) -> Validation:
    """Draw clips of the validation split by the seed, and scale their features by `scaler`."""
    random = np.random.default_rng(config.seed)
    rows = _validation_rows(task, config, random)
    noise = random.standard_normal((len(rows), task.recipe.noise), dtype=np.float32)
    training_rows = np.sort(random.permutation(task.rows)[:MAX_TRAINING_CLIPS])
    real, trained = (apply(scaler, task.table.iloc[some]) for some in (rows, training_rows))
    found = symptoms(task.store.read(rows))
    return Validation(task, features, scaler, real, found, trained, noise, task.labels[rows])


def why_not_validated(task: Task, config: Train, scaler: Scaler) -> str:
    """Why no distance to validation clips can be measured; empty if it can."""
    rows = _validation_rows(task, config, np.random.default_rng(config.seed))
    if len(rows) < 2:
        return f"{len(rows)} clips of learned labels in the validation split, and a distance needs 2"
    points = apply(scaler, task.table.iloc[rows[:MAX_COMPARED]]).astype(np.float64)
    if np.median(pdist(points)) <= EQUAL * (1 + np.abs(points).max()):
        return "half of the validation clips or more are the same"
    return ""


def _validation_rows(task: Task, config: Train, random: np.random.Generator) -> np.ndarray:
    """Draw rows of validation clips whose label is in the training split."""
    held_out = np.flatnonzero((task.table["split"] == "validation") & (task.labels >= 0))
    return np.sort(random.permutation(held_out)[: config.validation_clips])
