"""Every metric of a space, of every set of sounds, against the same real sounds, with the margin of each number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.config import plugins
from waveloom.evaluation import metrics, paired
from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference
from waveloom.evaluation.points import Part

PAIRS = 20  # times a set is parted into two halves
BEYOND = {"label_agreement": "higher", "mean_opinion_score": "higher"}  # numbers that no file of metrics/ gives
_95 = 1.959964  # standard deviations of a normal distribution
NO_REAL = f"{ABSENT}there are no real sounds of the test split to compare with"
NO_SOUNDS = f"{ABSENT}there are no such sounds"
Value = float | str  # a finite number, or "not measured: ..."


@dataclass(frozen=True)
class Scores:
    """What a space says: {number: {set: value}}, the same of margins, and what a reader must know of them.

    A number plus or minus its margin is an interval of 95%: the spread of the number over random halves of the
    judged and of the real set, drawn without replacement, which is that of whole sets (the delete-half jackknife,
    Shao and Wu 1989). Whole groups are drawn, since sounds of one group (a voice, an instrument, a recording) are not
    independent. A bootstrap would put the same sound in twice, and every neighbour would be a copy.
    """

    values: dict[str, dict[str, Value]]
    margins: dict[str, dict[str, Value]]
    notes: list[str]


@threadpool_limits.wrap(limits=1)  # matrices this small lose a hundredfold to threads that wait for each other
def compare(space: str, sets: Mapping[str, Part[Any]], against: Reference, seed: int) -> Scores:
    """Score each named set by each metric of `space`; `seed` chooses the halves."""
    modules = list(of(space))
    scores = Scores({}, {}, [])
    reals = [replace(against, real=half) for half in against.real.halves(PAIRS, seed)]
    for name, judged in sets.items():
        parts = judged.halves(PAIRS, seed)
        for metric in modules:
            values = _score(metric, judged, against)
            spread = [_score(metric, *both) for both in zip(parts, reals, strict=True)] if parts and reals else []
            for number, value in values.items():
                scores.values.setdefault(number, {})[name] = value
                scores.margins.setdefault(number, {})[name] = _margin([found[number] for found in spread])
            _note(metric, judged, against, scores.notes)
        judged.forget()
    return scores


def of(space: str) -> Iterator[ModuleType]:
    """The metrics of a space, in the order of their names."""
    return (module for module in _modules() if space == module.SPACE)


def better() -> dict[str, str]:
    """Say of each number which way is better."""
    return {number: way for module in _modules() for number, way in module.BETTER.items()}


def directions() -> dict[str, str]:
    """Say the same of every number there is, those of pairs, of recognition and of listeners included."""
    return {**better(), **paired.BETTER, **BEYOND}


def meanings() -> dict[str, str]:
    """Say of each metric what it means."""
    return {metric: plugins.load(metrics, metric).MEANING for metric in plugins.available(metrics)}


def _modules() -> Iterator[ModuleType]:
    return (plugins.load(metrics, metric) for metric in plugins.available(metrics))


def _score(metric: ModuleType, judged: Part[Any], against: Reference) -> dict[str, Value]:
    if not _can(metric, judged, against):
        return dict.fromkeys(metric.BETTER, NO_SOUNDS if not len(judged) else NO_REAL)
    try:
        return metric.score(judged, against)
    except NotMeasuredError as reason:
        return dict.fromkeys(metric.BETTER, f"{ABSENT}{reason}")


def _can(metric: ModuleType, judged: Part[Any], against: Reference) -> bool:
    """Whether there are sounds to be judged, and real ones where the metric needs any."""
    return bool(len(judged)) and (bool(len(against.real)) or not getattr(metric, "LEAST", 1))


def _margin(values: list[Value]) -> Value:
    numbers = [value for value in values if isinstance(value, float)]
    if len(numbers) < 2 or len(numbers) < len(values):
        return f"{ABSENT}the sets are too small to be halved"
    return _95 * float(np.std(numbers, ddof=1))


def mean(values: np.ndarray) -> Value:
    """The mean of `values` (n,)."""
    return float(values.mean()) if len(values) else NO_SOUNDS


def spread(values: np.ndarray, groups: np.ndarray | None = None) -> Value:
    """The margin of a mean of `values` (n,), independent of each other or, with `groups` (n,), group by group.

    Of groups it is the cluster-robust standard error (Liang and Zeger, 1986), with the factor for few groups.
    """
    if len(values) < 2:
        return f"{ABSENT}one sound has no spread" if len(values) else NO_SOUNDS
    names, numbers = np.unique(np.arange(len(values)) if groups is None else groups, return_inverse=True)
    if len(names) == len(values):
        return _95 * float(np.std(values, ddof=1) / np.sqrt(len(values)))
    if len(names) < 2:
        return f"{ABSENT}one group has no spread"
    sums = np.bincount(numbers, values - np.mean(values))
    return _95 * float(np.sqrt(len(names) / (len(names) - 1) * np.sum(sums**2)) / len(values))


def _note(metric: ModuleType, judged: Part[Any], against: Reference, notes: list[str]) -> None:
    if not _can(metric, judged, against):
        return
    try:
        said = metric.note(judged, against) if hasattr(metric, "note") else ""
    except NotMeasuredError:
        return
    if said and said not in notes:
        notes.append(said)
