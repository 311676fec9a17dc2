"""The check of train.recipe before the first stage, long before the recipe is read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from waveloom.config.errors import InputError, suggestion
from waveloom.training.config import Train


def check_recipe_name(tree: Mapping[str, Any], project: Path) -> None:
    """Raise an InputError unless train.recipe of the parameters `tree` is a file of conf/recipes."""
    names = sorted(path.stem for path in project.glob("conf/recipes/*.yml"))
    name = str((tree.get("train") or {}).get("recipe", Train.recipe))
    if names and name not in names:
        raise InputError(f"train.recipe is {name!r}; conf/recipes has: {', '.join(names)}.{suggestion(name, names)}")
