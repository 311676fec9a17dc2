"""How far what is generated lies from real clips that training never saw."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import pdist

from waveloom.audio.clip import mixed
from waveloom.features import Features
from waveloom.features.kernel_distance import kernel_distance
from waveloom.features.scaling import Scaler, apply
from waveloom.features.table import clip_features
from waveloom.training.config import Train
from waveloom.training.failures import failures, symptoms
from waveloom.training.task import Task

BATCH = 32  # clips generated at a time
ALIKE = 1e-5  # share of the largest value: a distance that is rounding alone
MOST_COMPARED = 512  # validation clips of which it is asked whether they differ
TRAINED = 2048  # training clips among which copies are looked for, at most

Generator = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Validation:
    """Held-out clips as scaled features (n, columns), and the noise and labels that are set against them each time.

    `symptoms` are those of the held-out clips, `trained` the features of some training clips.
    """

    known: Task
    features: Features
    scaler: Scaler
    real: np.ndarray
    symptoms: dict[str, float]
    trained: np.ndarray
    noise: np.ndarray
    labels: np.ndarray

    def measure(self, generate: Generator) -> tuple[np.ndarray, float, dict[str, str]]:
        """Generate as many clips as are held out, label for label: the clips, their kernel distance, their failures.

        `generate` makes encoded clips (batch, *shape) of noise (batch, noise) and labels (batch,).
        """
        parts = [slice(first, first + BATCH) for first in range(0, len(self.noise), BATCH)]
        clips = np.concatenate([self.known.decode(generate(self.noise[part], self.labels[part])) for part in parts])
        mono = mixed(clips)
        heard = apply(self.scaler, clip_features(mono, self.known.store.rate_hz, self.features))
        wrong = failures(mono, heard, self.symptoms, self.real, self.trained)
        return clips, kernel_distance(self.real, heard), wrong


def hold_out(known: Task, rules: Train, features: Features, scaler: Scaler) -> Validation:
    """Choose clips of the validation split by the seed, their features scaled by `scaler`."""
    draw = np.random.default_rng(rules.seed)
    rows = _held_out(known, rules, draw)
    noise = draw.standard_normal((len(rows), known.recipe.noise), dtype=np.float32)
    trained = np.sort(draw.permutation(known.rows)[:TRAINED])
    real, near = (apply(scaler, known.table.iloc[some]) for some in (rows, trained))
    shown = symptoms(known.store.read(rows))
    return Validation(known, features, scaler, real, shown, near, noise, known.labels[rows])


def why_not_measured(known: Task, rules: Train, scaler: Scaler) -> str:
    """Say why no distance to validation clips can be measured; nothing if it can."""
    rows = _held_out(known, rules, np.random.default_rng(rules.seed))
    if len(rows) < 2:
        return f"{len(rows)} clips of learned labels in the validation split, and a distance needs 2"
    points = apply(scaler, known.table.iloc[rows[:MOST_COMPARED]]).astype(np.float64)
    if np.median(pdist(points)) <= ALIKE * (1 + np.abs(points).max()):
        return "half of the validation clips or more are the same"
    return ""


def _held_out(known: Task, rules: Train, draw: np.random.Generator) -> np.ndarray:
    """Draw rows of the validation split whose label is learned."""
    held = np.flatnonzero((known.table["split"] == "validation") & (known.labels >= 0))
    return np.sort(draw.permutation(held)[: rules.validation_clips])
