"""Which validation clips are translated to which domain, and their truths."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import pdist

from waveloom.features.scaling import Scaler, apply
from waveloom.training.config import Train
from waveloom.training.domains import COUNTERPART
from waveloom.training.task import Task

MAX_REAL = 512  # validation clips of a domain that translations are compared with
EQUAL = 1e-5  # distances below this fraction of the largest value are rounding errors


@dataclass(frozen=True)
class TranslationPairs:
    """Rows of the clip store: `sources` (n,), and `truths` (n,), -1 for a source without one.

    `targets` (n,) int32 are domains; `real` has the rows of each domain's validation clips.
    """

    sources: np.ndarray
    targets: np.ndarray
    truths: np.ndarray
    real: dict[int, np.ndarray]


def draw_pairs(task: Task, config: Train) -> TranslationPairs:
    """Draw up to `config.validation_clips` sources and their targets from the seed; targets are equally frequent.

    A domain with fewer than two validation clips is no target.
    """
    random = np.random.default_rng(config.seed)
    held_out = np.flatnonzero((task.table["split"] == "validation") & (task.labels >= 0))
    real = _real(task, held_out, random)
    sources = np.sort(random.permutation(held_out)[: config.validation_clips])
    possible = [[domain for domain in real if domain != task.labels[row]] for row in sources]
    has_target = np.array([bool(domains) for domains in possible], bool)
    targets = np.array([random.choice(domains) for domains in possible if domains], np.int32)
    return TranslationPairs(sources[has_target], targets, _truths(task, sources[has_target], targets), real)


def why_not_translated(task: Task, config: Train, scaler: Scaler) -> str:
    """Why no validation of a translator is possible; empty if it is."""
    pairs = draw_pairs(task, config)
    if len(pairs.sources) < 2:
        return f"{len(pairs.sources)} clips of the validation split can be translated to a domain that has two or more"
    for domain, rows in pairs.real.items():
        points = apply(scaler, task.table.iloc[rows]).astype(np.float64)
        if np.median(pdist(points)) <= EQUAL * (1 + np.abs(points).max()):
            return f"half of the validation clips of {task.label_names[domain]!r} or more are the same"
    return ""


def _real(task: Task, held_out: np.ndarray, random: np.random.Generator) -> dict[int, np.ndarray]:
    """The rows of the validation clips of each domain with two or more."""
    rows = {domain: held_out[task.labels[held_out] == domain] for domain in range(len(task.label_names))}
    return {domain: np.sort(random.permutation(some)[:MAX_REAL]) for domain, some in rows.items() if len(some) >= 2}


def _truths(task: Task, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The first clip of the target domain with the same pair and start as each source, -1 without one."""
    index = task.store.index
    if not set(COUNTERPART) <= set(index.columns):
        return np.full(len(sources), -1)
    counterparts = {
        (*index[COUNTERPART].iloc[row], label): row
        for row, label in reversed(list(enumerate(task.labels.tolist())))
        if index["pair"].iloc[row] and index["split"].iloc[row] == "validation"
    }
    keys = ((*index[COUNTERPART].iloc[row], target) for row, target in zip(sources, targets.tolist(), strict=True))
    return np.array([counterparts.get(key, -1) for key in keys], np.intp)
