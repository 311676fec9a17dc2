"""A name for a training that is the same only when everything that shapes its weights is the same."""

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import waveloom
from waveloom.recipes import Recipe, parts
from waveloom.training.rules import Train

CODE = (
    "training/*.py",
    "networks/*.py",
    "objectives/*.py",
    "representations/*.py",
    "recipes.py",
    "pair.py",
    "__init__.py",
)
LIBRARIES = ("tensorflow", "keras", "numpy")


def settled(recipe: Recipe) -> dict[str, Any]:
    """Write `recipe` out as JSON values with every option of its plug-ins, defaults included."""
    chosen = parts(recipe)
    options = {
        recipe.representation: asdict(chosen.representation_config),
        recipe.networks: asdict(chosen.networks_config),
    }
    return json.loads(json.dumps({**asdict(recipe), "options": options}))


def fingerprint(recipe: Recipe, rules: Train, features: Any, clips: str, table: pd.DataFrame, start: str = "") -> str:
    """SHA-256, in hex, over recipe, rules, digests of `clips` and `start` model, feature table, our code, libraries."""
    said = {
        "recipe": settled(recipe),
        "rules": asdict(rules),
        "features": asdict(features),
        "clips": clips,
        "start": start,
        "table": hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest(),
        "code": code_digest(Path(waveloom.__file__).parent),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def code_digest(package: Path) -> str:
    """SHA-256, in hex, over the names and contents of the modules that shape the weights."""
    whole = hashlib.sha256()
    for path in sorted(found for pattern in CODE for found in package.glob(pattern)):
        whole.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()
