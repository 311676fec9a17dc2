"""The node of classify."""

from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.classification.config import Classify
from waveloom.classification.labelled_clips import LabelledClips, from_clips
from waveloom.execution.main_checkout import locate
from waveloom.features import Features
from waveloom.generation.labelled_clips import load_labelled_clips
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare


def train_label_classifier(
    project: Path,
    clips: ClipStore,
    feature_table: pd.DataFrame,
    config: Classify,
    prepare: Prepare,
    features: Features,
    silence_db: float,
) -> tuple[Model, dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Select, fit and test a classifier: model, metrics, predictions, reliability."""
    from waveloom.classification.train import Preprocessing, train_classifier

    generated = _load_generated(project, clips, config, features) if config.augment_with else None
    preprocessing = Preprocessing(prepare, features, silence_db)
    trained = train_classifier(clips, feature_table, preprocessing, config, generated)
    return trained.model, trained.metrics, trained.predictions, trained.reliability


def _load_generated(project: Path, clips: ClipStore, config: Classify, features: Features) -> LabelledClips:
    samples = load_labelled_clips(locate(config.augment_with, project), config.augment_count, config.seed, clips.digest)
    return from_clips(samples.clips, samples.labels, samples.rate_hz, features)
