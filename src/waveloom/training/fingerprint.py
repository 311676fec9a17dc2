"""A name for a training that is the same only when everything that shapes its weights is the same."""

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
    "features/**/*.py",  # these choose the best weights, by the validation distance
    "audio/bandwidth.py",
    "audio/clip.py",
    "audio/report_spectra.py",
    "audio/store.py",
    "similarity/copies.py",
    "similarity/training_sounds.py",
    "__init__.py",
)
LIBRARIES = ("tensorflow", "keras", "numpy", "scipy")


def settled(recipe: Recipe) -> dict[str, Any]:
    """Write `recipe` out as JSON values with every option of its plug-ins, defaults included."""
    chosen = parts(recipe)
    options = {
        "representations": {recipe.representation: asdict(chosen.representation_config)},
        "generators": {recipe.generator: asdict(chosen.generator_config)},
        "discriminators": {recipe.discriminator: asdict(chosen.discriminator_config)},
        "games": {recipe.game: asdict(game_options(recipe))} if recipe.game == "dual" else {},
    }
    return json.loads(json.dumps({**asdict(recipe), "options": options}))


def fingerprint(
    recipe: Recipe,
    rules: Train,
    features: Any,
    clips: str,
    table: pd.DataFrame,
    start: str = "",
    scaler: Scaler | None = None,
) -> str:
    """SHA-256, in hex, over all that shapes or chooses the weights of a training.

    That is: recipe, rules, parameters, table and `scaler` of the features, digests of `clips` and of the `start` model,
    our code, versions of libraries.
    """
    said = {
        "recipe": settled(recipe),
        "rules": asdict(rules),
        "features": asdict(features),
        "clips": clips,
        "start": start,
        "scale": scaler.tree() if scaler else {},
        "table": hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest(),
        "code": code_digest(Path(waveloom.__file__).parent, CODE),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
