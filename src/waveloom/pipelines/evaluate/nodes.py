"""The node of evaluate."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.datasets.samples import Samples
from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.features import Features
from waveloom.model import Model


def evaluate_generator(
    recordings: pd.DataFrame,
    clips: ClipStore,
    mfcc_table: pd.DataFrame,
    generator: Model,
    losses: pd.DataFrame,
    rules: Evaluate,
    features: Features,
) -> tuple[Samples, dict[str, Any], pd.DataFrame, dict[str, str], str]:
    """Measure the generator against real sounds; give samples, metrics, confusion, figures and report."""
    from waveloom.evaluation import figures, report

    result = evaluate(clips, mfcc_table, generator, features, rules)
    settings = {"features": asdict(features), "evaluate": asdict(rules)}
    drawn = figures.draw(result, losses)
    page = report.render(result, drawn, generator, recordings, settings, rules.players)
    samples = Samples(result.generated.clips, result.generated.rate_hz, result.samples)
    return samples, result.metrics, result.confusion, drawn, page
