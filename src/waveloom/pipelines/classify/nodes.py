"""The node of classify."""

from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.prepare import Prepare
from waveloom.audio.store import ClipStore
from waveloom.classification.heard import Heard, from_clips
from waveloom.classification.rules import Classify
from waveloom.datasets.generated import load_generated
from waveloom.features import Features
from waveloom.main_checkout import located
from waveloom.model import Model


def learn_labels(
    project: Path,
    clips: ClipStore,
    mfcc_table: pd.DataFrame,
    rules: Classify,
    prepare: Prepare,
    features: Features,
    silence_db: float,
) -> tuple[Model, dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Choose, fit and prove a classifier; give it, its metrics, its confusion and its reliability."""
    from waveloom.classification.train import train_classifier

    made = _generated(project, clips, rules, features) if rules.augment_with else None
    trained = train_classifier(clips, mfcc_table, prepare, features, rules, made, silence_db)
    return trained.model, trained.metrics, trained.answers, trained.reliability


def _generated(project: Path, clips: ClipStore, rules: Classify, features: Features) -> Heard:
    found = load_generated(located(rules.augment_with, project), rules.augment_count, rules.seed, clips.digest)
    return from_clips(found.clips, found.labels, found.rate_hz, features)
