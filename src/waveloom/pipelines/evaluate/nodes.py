"""The node of evaluate."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.evaluation.denoising import with_denoising
from waveloom.evaluation.dropped_classes import with_dropped_classes
from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.evaluation.opinions import with_opinions
from waveloom.features import Features
from waveloom.features.scaling import ScalerDict, scaler_from_dict
from waveloom.generation.samples import Samples
from waveloom.ingest.provenance import reject_without_clips
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare


def evaluate_generator(
    recordings: pd.DataFrame,
    clips: ClipStore,
    feature_table: pd.DataFrame,
    scale: ScalerDict,
    generator: Model,
    losses: pd.DataFrame,
    embeddings: Path,
    opinions: dict[str, Any],
    rules: Evaluate,
    features: Features,
    preparation: Prepare,
) -> tuple[Samples, dict[str, Any], pd.DataFrame, dict[str, str], str]:
    """Measure the generator against real sounds; give samples, metrics, confusion, figures and report."""
    from waveloom.evaluation.report import figures
    from waveloom.evaluation.report import page as report

    result = evaluate(clips, feature_table, generator, features, rules, scaler_from_dict(scale), embeddings)
    result = with_dropped_classes(with_denoising(result, preparation.denoise), recordings)
    result = with_opinions(result, opinions, generator.digest)
    settings = {"prepare": asdict(preparation), "features": asdict(features), "evaluate": asdict(rules)}
    drawn = figures.draw(result, losses)
    material = reject_without_clips(recordings, clips.index["recording_id"])
    page = report.render(result, drawn, generator, material, settings, rules.players)
    samples = Samples(result.generated.whole, result.generated.rate_hz, result.samples)
    return samples, result.metrics, result.confusion, drawn, page
