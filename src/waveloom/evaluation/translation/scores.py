"""Scores of single sounds, and their averages with confidence intervals."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

import pandas as pd

from waveloom.config import plugins
from waveloom.evaluation.translation import metrics
from waveloom.evaluation.translation.intervals import Bootstrap, Estimate
from waveloom.evaluation.translation.sound import Sound
from waveloom.evaluation.translation.systems import Made


class Score(NamedTuple):
    """A number of one sound; `space` is the reference or embedding that it is measured with."""

    number: str
    space: str
    system: str
    source: str
    target: str
    piece: str
    translation: int
    value: float


def pair_scores(made: Made, source: Sound, truth: Sound | None) -> Iterator[Score]:
    """Measure a sound with every metric of `metrics` whose reference exists."""
    for module in _modules():
        reference = source if module.AGAINST == "source" else truth
        if reference is not None:
            for number, value in module.score(made.sound, reference).items():
                yield score(number, module.AGAINST, made, value)


def score(number: str, space: str, made: Made, value: float) -> Score:
    """The score of a sound that a system made."""
    return Score(number, space, made.system, made.source, made.target, made.piece, made.number, float(value))


def missing() -> dict[str, str]:
    """The metrics that are not available, with the reason."""
    modules = {name: plugins.load(metrics, name) for name in plugins.available(metrics)}
    return {name: reason for name, module in modules.items() if (reason := _missing(module))}


@lru_cache(maxsize=1)
def _modules() -> list[ModuleType]:
    return [module for module in all_modules() if not _missing(module)]


def all_modules() -> list[ModuleType]:
    """Every metric of `metrics`, in the order of their names."""
    return [plugins.load(metrics, name) for name in plugins.available(metrics)]


def _missing(module: ModuleType) -> str:
    return module.missing() if hasattr(module, "missing") else ""


def averages(scores: Iterable[Score], bootstrap: Bootstrap) -> dict[tuple[str, str, str], Estimate]:
    """The mean of each number over its sounds: {(number, space, system): estimate}."""
    groups = score_table(scores).groupby(["number", "space", "system"], sort=False)
    return {
        (str(number), str(space), str(system)): bootstrap.mean(rows["value"].to_numpy(float), rows["piece"])
        for (number, space, system), rows in groups
    }


def score_table(scores: Iterable[Score]) -> pd.DataFrame:
    """The scores as a table, one row each."""
    return pd.DataFrame(scores, columns=list(Score._fields))
