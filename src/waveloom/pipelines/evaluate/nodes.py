"""The node of the pipeline evaluate."""

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
    config: Evaluate,
    features: Features,
    preparation: Prepare,
) -> tuple[Samples, dict[str, Any], pd.DataFrame, dict[str, str], str]:
    """Compare the generator with real sounds; returns samples, metrics, confusion, figures and report."""
    from waveloom.evaluation.report import figures, page

    result = evaluate(clips, feature_table, generator, features, config, scaler_from_dict(scale), embeddings)
    result = with_dropped_classes(with_denoising(result, preparation.denoise), recordings)
    result = with_opinions(result, opinions, generator.digest)
    settings = {"prepare": asdict(preparation), "features": asdict(features), "evaluate": asdict(config)}
    drawn = figures.draw(result, losses)
    sources = reject_without_clips(recordings, clips.index["recording_id"])
    report = page.render(result, drawn, generator, sources, settings, config.players)
    samples = Samples(result.generated.all_channels, result.generated.rate_hz, result.samples)
    return samples, result.metrics, result.confusion, drawn, report
