"""A fingerprint of a training, equal only if everything that determines its weights is equal."""

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import waveloom
from waveloom.execution.code_digest import code_digest
from waveloom.features.scaling import Scaler
from waveloom.models.recipe import Recipe, parts
from waveloom.training.config import Train
from waveloom.training.recipe_checks import game_options

CODE = (
    "training/**/*.py",
    "models/**/*.py",
    "representations/*.py",
    "features/**/*.py",  # the validation distance selects the best weights
    "audio/bandwidth.py",
    "audio/clip.py",
    "audio/mel_filters.py",
    "audio/report_spectra.py",
    "audio/stft.py",
    "audio/store.py",
    "similarity/copies.py",
    "similarity/training_sounds.py",
    "__init__.py",
)
LIBRARIES = ("tensorflow", "keras", "numpy", "scipy")


def complete_recipe(recipe: Recipe) -> dict[str, Any]:
    """`recipe` as JSON values, with all options of its plug-ins, defaults included."""
    chosen = parts(recipe)
    options = {
        "representations": {recipe.representation: asdict(chosen.representation_config)},
        "generators": {recipe.generator: asdict(chosen.generator_config)},
        "discriminators": {recipe.discriminator: asdict(chosen.discriminator_config)},
        "games": {recipe.game: asdict(game_options(recipe))},
    }
    return json.loads(json.dumps({**asdict(recipe), "options": options}))


def fingerprint(
    recipe: Recipe,
    config: Train,
    features: Any,
    clips: str,
    table: pd.DataFrame,
    start: str = "",
    scaler: Scaler | None = None,
) -> str:
    """SHA-256 in hex over everything that determines or selects the weights of a training.

    That is: recipe, parameters, feature table and `scaler`, digests of `clips` and of the `start` model, code and
    versions of libraries.
    """
    inputs = {
        "recipe": complete_recipe(recipe),
        "config": asdict(config),
        "features": asdict(features),
        "clips": clips,
        "start": start,
        "scale": scaler.to_dict() if scaler else {},
        "table": hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest(),
        "code": code_digest(Path(waveloom.__file__).parent, CODE),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
