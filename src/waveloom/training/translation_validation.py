"""Validation of a translator: style, content, and where pairs exist the distance to the truth."""

import math
from dataclasses import dataclass

import numpy as np

from waveloom.audio.clip import to_mono
from waveloom.features import Features
from waveloom.features.kernel_distance import kernel_distance
from waveloom.features.scaling import Scaler, apply
from waveloom.features.table import clip_features
from waveloom.training.config import Train
from waveloom.training.content import Content, content, similarity
from waveloom.training.failures import failures, symptoms, translation_failures
from waveloom.training.task import Task
from waveloom.training.translation_pairs import TranslationPairs, draw_pairs
from waveloom.training.validation import BATCH, MAX_TRAINING_CLIPS, Generate, Measurement

SMALLEST = 0.1  # kernel distance between domains; a smaller one is mostly estimation error


@dataclass(frozen=True)
class TranslationValidation:
    """Validation clips as sources, each with a target domain, and what their translations are compared with.

    `sources` (n, *shape) are encoded; `unrelated` is the mean similarity of content of two different sources. `real`
    has the scaled features of the validation clips of each domain, `source_features` (n, columns) those of the sources,
    `trained` those of some training clips; `truths` (n, *shape) are encoded, zeros without a truth.
    """

    task: Task
    features: Features
    scaler: Scaler
    pairs: TranslationPairs
    sources: np.ndarray
    truths: np.ndarray
    content: Content
    unrelated: float
    source_features: np.ndarray
    real: dict[int, np.ndarray]
    symptoms: dict[str, float]
    trained: np.ndarray
    truth_decides: bool

    def measure(self, generate: Generate) -> Measurement:
        """Translate every source; `generate` returns encoded clips of encoded sources and target domains (batch,).

        The distance is style plus content, or the distance to the truth in a paired game with truths; all three are
        relative, and 1 for sources left as they are in style, for unrelated clips in content, and for sources left as
        they are in their distance to the truth.
        """
        rows = [slice(first, first + BATCH) for first in range(0, len(self.sources), BATCH)]
        translated = np.concatenate([generate(self.sources[part], self.pairs.targets[part]) for part in rows])
        clips = to_mono(self.task.decode(translated))
        found = apply(self.scaler, clip_features(clips, self.task.store.rate_hz, self.features))
        parts = {"style": self.style(found), "content": self.lost_content(clips), "truth": self.truth(translated)}
        by_truth = self.truth_decides and not math.isnan(parts["truth"])
        distance = parts["truth"] if by_truth else parts["style"] + parts["content"]
        everything = np.concatenate(list(self.real.values()))
        problems = failures(clips, found, self.symptoms, everything, self.trained)
        problems |= translation_failures(self._change(translated), parts["content"])
        return Measurement(clips, distance, problems, {f"validation_{name}": part for name, part in parts.items()})

    def style(self, translated: np.ndarray) -> float:
        """Kernel distance of translated features to the clips of their target domain, relative to the sources' own.

        0: as near as clips of the domain are; 1: as far as the sources. Sums over the domains; no less than 0.
        """
        distances = np.zeros(2)
        for domain, real in self.real.items():
            rows = self.pairs.targets == domain
            if rows.sum() >= 2:
                distances += [kernel_distance(real, some[rows]) for some in (translated, self.source_features)]
        return float(max(distances[0], 0.0) / max(distances[1], SMALLEST))

    def lost_content(self, clips: np.ndarray) -> float:
        """How far the content of clips is from that of their sources: 0 equal, 1 as far as another source."""
        kept = similarity(self.content, content(clips, self.task.store.rate_hz, self.features)).mean()
        return float((1 - kept) / max(1 - self.unrelated, 1e-6))

    def truth(self, translated: np.ndarray) -> float:
        """Log-spectral distance to the truth, relative to that of the sources; NaN without any truth."""
        rows = self.pairs.truths >= 0
        if not rows.any():
            return math.nan
        made, untouched = (log_spectral_distance(self.truths[rows], some[rows]) for some in (translated, self.sources))
        return float(made.mean() / max(untouched.mean(), 1e-6))

    def _change(self, translated: np.ndarray) -> float:
        """Log-spectral distance of translations to their sources, relative to that of different sources."""
        others = np.roll(self.sources, 1, axis=0)
        changed, different = (log_spectral_distance(self.sources, some).mean() for some in (translated, others))
        return float(changed / max(different, 1e-6))


def log_spectral_distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Root mean square difference of levels over frequency, averaged over time: (n, frames, bins) -> (n,)."""
    return np.sqrt(((a - b) ** 2).mean(axis=2)).mean(axis=1)


def create_translation_validation(
    task: Task, config: Train, features: Features, scaler: Scaler, truth_decides: bool
) -> TranslationValidation:
    """Draw sources of the validation split and a target domain for each, by the seed."""
    pairs = draw_pairs(task, config)
    clips = task.store.read(pairs.sources)
    kept = content(clips, task.store.rate_hz, features)
    shifted = Content(*(np.roll(part, 1, axis=0) for part in (kept.chroma, kept.onsets)))
    trained = np.random.default_rng(config.seed).permutation(task.rows)[:MAX_TRAINING_CLIPS]
    return TranslationValidation(
        task,
        features,
        scaler,
        pairs,
        sources=task.encode(task.store.read(pairs.sources, task.channels)),
        truths=task.encode(task.store.read(np.maximum(pairs.truths, 0), task.channels)),
        content=kept,
        unrelated=float(similarity(kept, shifted).mean()),
        source_features=apply(scaler, task.table.iloc[pairs.sources]),
        real={domain: apply(scaler, task.table.iloc[rows]) for domain, rows in pairs.real.items()},
        symptoms=symptoms(clips),
        trained=apply(scaler, task.table.iloc[np.sort(trained)]),
        truth_decides=truth_decides,
    )
