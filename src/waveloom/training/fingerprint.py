"""A name for a training that is the same only when everything that shapes its weights is the same."""

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import waveloom
from waveloom.features.scale import Scaler
from waveloom.recipes import Recipe, parts
from waveloom.training.rules import Train

CODE = (
    "training/*.py",
    "networks/*.py",
    "objectives/*.py",
    "representations/*.py",
    "features/**/*.py",  # these choose the best weights, by the validation distance
    "audio/bandwidth.py",
    "audio/clip.py",
    "audio/spectra.py",
    "audio/store.py",
    "audio/originals.py",
    "audio/copies.py",
    "recipes.py",
    "pair.py",
    "__init__.py",
)
LIBRARIES = ("tensorflow", "keras", "numpy", "scipy")


def settled(recipe: Recipe) -> dict[str, Any]:
    """Write `recipe` out as JSON values with every option of its plug-ins, defaults included."""
    chosen = parts(recipe)
    options = {
        recipe.representation: asdict(chosen.representation_config),
        recipe.networks: asdict(chosen.networks_config),
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
        "code": code_digest(Path(waveloom.__file__).parent),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def code_digest(package: Path) -> str:
    """SHA-256, in hex, over the names and contents of the modules that shape the weights."""
    whole = hashlib.sha256()
    for path in code_files(package):
        whole.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def code_files(package: Path) -> list[Path]:
    """Find the modules that shape the weights, or choose which are kept."""
    return sorted({found for pattern in CODE for found in package.glob(pattern)})
