"""The node of classify."""

from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.classification.config import Classify
from waveloom.classification.examples import Heard, from_clips
from waveloom.execution.main_checkout import located
from waveloom.features import Features
from waveloom.generation.labelled_clips import load_labelled_clips
from waveloom.models.model import Model
from waveloom.preparation.prepare import Prepare


def learn_labels(
    project: Path,
    clips: ClipStore,
    feature_table: pd.DataFrame,
    rules: Classify,
    prepare: Prepare,
    features: Features,
    silence_db: float,
) -> tuple[Model, dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Choose, fit and prove a classifier; give it, its metrics, its confusion and its reliability."""
    from waveloom.classification.train import train_classifier

    made = _generated(project, clips, rules, features) if rules.augment_with else None
    trained = train_classifier(clips, feature_table, prepare, features, rules, made, silence_db)
    return trained.model, trained.metrics, trained.answers, trained.reliability


def _generated(project: Path, clips: ClipStore, rules: Classify, features: Features) -> Heard:
    found = load_labelled_clips(located(rules.augment_with, project), rules.augment_count, rules.seed, clips.digest)
    return from_clips(found.clips, found.labels, found.rate_hz, features)
