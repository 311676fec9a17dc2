"""The node of train."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.features import Features
from waveloom.features.scaling import ScalerDict, scaler_from_dict
from waveloom.models.locations import load_start_model
from waveloom.models.model import Model
from waveloom.models.recipe import choose
from waveloom.training.callbacks import Callbacks
from waveloom.training.config import Train


def train_generator(
    clips: ClipStore,
    feature_table: pd.DataFrame,
    scale: ScalerDict,
    recipes: Mapping[str, Callable[[], dict[str, Any]]],
    checkpoints: Path,
    project: Path,
    config: Train,
    features: Features,
    callbacks: Callbacks | None,
) -> tuple[Model, pd.DataFrame]:
    """Train the generator of the chosen recipe; return it and its losses, one row per step."""
    from waveloom.training.train import TrainingData, train

    recipe = choose(recipes, config.recipe, config.overrides)
    start = load_start_model(config.start_from, project)
    data = TrainingData(clips, feature_table, features, scaler_from_dict(scale))
    return train(data, recipe, config, checkpoints, callbacks, start)
