"""Every metric, of every set of sounds, against the same real sounds."""

from waveloom import plugins
from waveloom.evaluation import metrics
from waveloom.evaluation.metrics import Sounds


def compare(real: Sounds, sets: dict[str, Sounds]) -> dict[str, dict[str, float]]:
    """Score each named set by each metric there is: {number: {set: value}}."""
    table: dict[str, dict[str, float]] = {}
    for metric in plugins.available(metrics):
        module = plugins.load(metrics, metric)
        for name, sounds in sets.items():
            for number, value in module.score(real, sounds).items():
                table.setdefault(number, {})[name] = value
    return table


def better() -> dict[str, str]:
    """Say of each number which way is better."""
    modules = [plugins.load(metrics, metric) for metric in plugins.available(metrics)]
    return {number: way for module in modules for number, way in module.BETTER.items()}


def meanings() -> dict[str, str]:
    """Say of each metric what it means."""
    return {metric: plugins.load(metrics, metric).MEANING for metric in plugins.available(metrics)}
