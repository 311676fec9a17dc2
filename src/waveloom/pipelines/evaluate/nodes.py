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
from waveloom.evaluation.translation.evaluate import Corpus, evaluate_translator
from waveloom.features import Features
from waveloom.features.scaling import ScalerDict, scaler_from_dict
from waveloom.generation.samples import Samples
from waveloom.generation.translator import Transfer, Translator
from waveloom.ingest.provenance import reject_without_clips
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare

Reported = tuple[Samples, dict[str, Any], pd.DataFrame, dict[str, str], str]


def evaluate_model(
    project: Path,
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
) -> Reported:
    """Evaluate a generator or a translator; returns samples, metrics, confusion, figures and report."""
    scaler = scaler_from_dict(scale)
    corpus = Corpus(recordings, project, clips, feature_table, scaler, features, preparation, embeddings)
    task = generator.spec["recipe"].get("task", "generation")
    report = _report_on_translator if task == "translation" else _report_on_generator
    return report(corpus, generator, losses, opinions, config)


def _report_on_generator(
    corpus: Corpus, generator: Model, losses: pd.DataFrame, opinions: dict[str, Any], config: Evaluate
) -> Reported:
    """Compare the sounds of a generator with real sounds."""
    from waveloom.evaluation.report import figures, page

    result = evaluate(corpus.store, corpus.table, generator, corpus.features, config, corpus.scaler, corpus.cache)
    result = with_dropped_classes(with_denoising(result, corpus.prepare.denoise), corpus.recordings)
    result = with_opinions(result, opinions, generator.digest)
    drawn = figures.draw(result, losses)
    report = page.render(result, drawn, generator, _sources(corpus), _settings(corpus, config), config.players)
    samples = Samples(result.generated.all_channels, result.generated.rate_hz, result.samples)
    return samples, result.metrics, result.confusion, drawn, report


def _report_on_translator(
    corpus: Corpus, model: Model, losses: pd.DataFrame, opinions: dict[str, Any], config: Evaluate
) -> Reported:
    """Compare translated test recordings with their sources, their true targets and the baselines."""
    from waveloom.evaluation.translation.report import figures, page

    result = evaluate_translator(Translator(model), Transfer(seed=config.seed), model, corpus, config)
    drawn = figures.draw(result, losses)
    report = page.render(result, drawn, model, _sources(corpus), _settings(corpus, config))
    samples = Samples([output.sound.samples for output in result.outputs], result.rate_hz, result.samples)
    return samples, result.metrics, result.confusion, drawn, report


def _settings(corpus: Corpus, config: Evaluate) -> dict[str, Any]:
    """The parameters that the report shows."""
    return {"prepare": asdict(corpus.prepare), "features": asdict(corpus.features), "evaluate": asdict(config)}


def _sources(corpus: Corpus) -> pd.DataFrame:
    return reject_without_clips(corpus.recordings, corpus.store.index["recording_id"])
