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
    rules: Train,
    features: Features,
    watch: Watch | None,
) -> tuple[Model, pd.DataFrame]:
    """Train the generator of the chosen recipe; also give its losses, one row a step."""
    from waveloom.training.train import train

    recipe = choose(recipes, rules.recipe, rules.overrides)
    begin = load_start_model(rules.start_from, project)
    return train(clips, feature_table, scaler(scale), features, recipe, rules, checkpoints, watch, begin)
