"""Computes every metric of a space, with a confidence interval, for every set of sounds."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.config import plugins
from waveloom.evaluation import metrics, paired_metrics
from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference
from waveloom.evaluation.subset import Subset

HALVINGS = 20  # random splits of a set into two halves
# Of numbers that are not computed in metrics/.
OTHER_DIRECTIONS = {"label_agreement": "higher", "mean_opinion_score": "higher"}
_Z_95 = 1.959964  # half-width of a 95% interval of the normal distribution, in standard deviations
NO_REAL = f"{ABSENT}there are no real sounds of the test split to compare with"
NO_SOUNDS = f"{ABSENT}there are no such sounds"
Value = float | str  # a finite number, or "not measured: ..."


@dataclass(frozen=True)
class Scores:
    """Scores in one space: `values` and `margins` {number: {set: value}}, and `notes` on their limitations.

    A number plus or minus its margin is a 95% confidence interval from the delete-half jackknife (Shao and Wu, 1989):
    the standard deviation of the number over random halves of the evaluated and of the real set, drawn without
    replacement, estimates that over whole sets. Whole groups are drawn, as sounds of one group (a voice, an instrument,
    a recording) are not independent. A bootstrap would draw the same sound twice, and the nearest neighbour of a sound
    would be its own copy.
    """

    values: dict[str, dict[str, Value]]
    margins: dict[str, dict[str, Value]]
    notes: list[str]


@threadpool_limits.wrap(limits=1)  # for matrices this small, synchronising threads takes 100 times the computation
def compare(
    space: str,
    sets: Mapping[str, Subset[Any]],
    reference: Reference,
    seed: int,
    numbers: Collection[str] | None = None,
) -> Scores:
    """Score each named set with the metrics of `space` that give one of `numbers` (default: all metrics).

    `seed` determines the halves.
    """
    scores = Scores({}, {}, [])
    modules = [module for module in metrics_of(space) if numbers is None or not set(module.BETTER).isdisjoint(numbers)]
    real_halves = [replace(reference, real=half) for half in reference.real.halves(HALVINGS, seed)]
    for name, evaluated in sets.items():
        halves = evaluated.halves(HALVINGS, seed)
        for metric in modules:
            pairs = zip(halves, real_halves, strict=True) if halves and real_halves else []
            of_halves = [_score(metric, *pair) for pair in pairs]
            for number, value in _score(metric, evaluated, reference).items():
                scores.values.setdefault(number, {})[name] = value
                scores.margins.setdefault(number, {})[name] = _margin([half[number] for half in of_halves])
            _add_note(metric, evaluated, reference, scores.notes)
        evaluated.clear_cache()
    return scores


def metrics_of(space: str) -> Iterator[ModuleType]:
    """The metrics of a space, in the order of their names."""
    return (module for module in _modules() if space == module.SPACE)


def metric_directions() -> dict[str, str]:
    """Which direction is better, for each number of a metric."""
    return {number: direction for module in _modules() for number, direction in module.BETTER.items()}


def all_directions() -> dict[str, str]:
    """Which direction is better, for every number, including paired metrics, label agreement and listening tests."""
    return {**metric_directions(), **paired_metrics.BETTER, **OTHER_DIRECTIONS}


def meanings() -> dict[str, str]:
    """The explanation of each metric."""
    return {metric: plugins.load(metrics, metric).MEANING for metric in plugins.available(metrics)}


def _modules() -> Iterator[ModuleType]:
    return (plugins.load(metrics, metric) for metric in plugins.available(metrics))


def _score(metric: ModuleType, evaluated: Subset[Any], reference: Reference) -> dict[str, Value]:
    if not _has_sounds(metric, evaluated, reference):
        return dict.fromkeys(metric.BETTER, NO_SOUNDS if not len(evaluated) else NO_REAL)
    try:
        return metric.score(evaluated, reference)
    except NotMeasuredError as reason:
        return dict.fromkeys(metric.BETTER, f"{ABSENT}{reason}")


def _has_sounds(metric: ModuleType, evaluated: Subset[Any], reference: Reference) -> bool:
    """Whether there are sounds to evaluate, and real ones if the metric needs any."""
    return bool(len(evaluated)) and (bool(len(reference.real)) or not getattr(metric, "LEAST", 1))


def _margin(values: list[Value]) -> Value:
    numbers = [value for value in values if isinstance(value, float)]
    if len(numbers) < 2 or len(numbers) < len(values):
        return f"{ABSENT}the sets are too small to be halved"
    return _Z_95 * float(np.std(numbers, ddof=1))


def mean(values: np.ndarray) -> Value:
    """The mean of `values` (n,)."""
    return float(values.mean()) if len(values) else NO_SOUNDS


def margin_of_mean(values: np.ndarray, groups: np.ndarray | None = None) -> Value:
    """Half the 95% confidence interval of the mean of `values` (n,), which are independent or grouped by `groups` (n,).

    For groups from the cluster-robust standard error (Liang and Zeger, 1986), with the correction for few groups.
    """
    if len(values) < 2:
        return f"{ABSENT}one sound has no spread" if len(values) else NO_SOUNDS
    names, numbers = np.unique(np.arange(len(values)) if groups is None else groups, return_inverse=True)
    if len(names) == len(values):
        return _Z_95 * float(np.std(values, ddof=1) / np.sqrt(len(values)))
    if len(names) < 2:
        return f"{ABSENT}one group has no spread"
    sums = np.bincount(numbers, values - np.mean(values))
    return _Z_95 * float(np.sqrt(len(names) / (len(names) - 1) * np.sum(sums**2)) / len(values))


def _add_note(metric: ModuleType, evaluated: Subset[Any], reference: Reference, notes: list[str]) -> None:
    if not hasattr(metric, "note") or not _has_sounds(metric, evaluated, reference):
        return
    try:
        note = metric.note(evaluated, reference)
    except NotMeasuredError:
        return
    if note and note not in notes:
        notes.append(note)
