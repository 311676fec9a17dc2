"""The node of train."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.store import ClipStore
from waveloom.features import Features
from waveloom.features.scaling import Tree, scaler
from waveloom.models.locations import load_start_model
from waveloom.models.model import Model
from waveloom.models.recipe import choose
from waveloom.training.callbacks import Watch
from waveloom.training.config import Train


def train_generator(
    clips: ClipStore,
    feature_table: pd.DataFrame,
    scale: Tree,
    recipes: Mapping[str, Callable[[], dict[str, Any]]],
    checkpoints: Path,
    project: Path,
    config: Train,
    features: Features,
    callbacks: Watch | None,
) -> tuple[Model, pd.DataFrame]:
    """Train the generator of the chosen recipe; return it and its losses, one row per step."""
    from waveloom.training.train import train

    recipe = choose(recipes, config.recipe, config.overrides)
    start = load_start_model(config.start_from, project)
    return train(clips, feature_table, scaler(scale), features, recipe, config, checkpoints, callbacks, start)
