"""Domains and pairs of the clips that a translator is trained on."""

import hashlib

import numpy as np
import pandas as pd

from waveloom.config import plugins
from waveloom.config.errors import InputError, name_list
from waveloom.models.recipe import Recipe
from waveloom.training import games

COUNTERPART = ["pair", "start_seconds"]  # columns of the clip index in which counterparts are equal


def class_names(index: pd.DataFrame, recipe: Recipe) -> pd.Series:
    """Return the column of the clip `index` whose names are the recipe's classes: labels, or domains in translation.

    InputError for translation without two domains in the training split, or with a domain that is not in it.
    """
    if recipe.task == "generation":
        return index["label"]
    if "domain" not in index or not (index["domain"] != "").any():
        raise InputError(
            f"The recipe's game is {recipe.game!r}, which translates between domains, but no clip has a domain. Choose "
            "a corpus with domains: folder with domains: folder, manifest with a column for domain, or scores."
        )
    domains = index["domain"]
    learned = sorted(set(domains[index["split"] == "train"]) - {""})
    if missing := sorted(set(domains) - {"", *learned}):
        raise InputError(
            f"No clip of {name_list(missing)} is in the training split, so nothing can be learned of it; add "
            "recordings of that domain, or lower ingest.validation and ingest.test."
        )
    if len(learned) < 2:
        raise InputError(
            f"All clips are of one domain, {name_list(learned)}, and a translator needs two or more; add recordings of "
            "another domain."
        )
    return domains


def pair_numbers(index: pd.DataFrame, recipe: Recipe) -> np.ndarray | None:
    """Number the clips of `index` so that a clip and its possible sources have one number: (n,) int; -1: no source.

    Only clips of another domain are sources. In an unpaired game all clips have the number 0; in a paired one clips of
    equal `COUNTERPART` have one number. None in generation. InputError for a paired game without counterparts.
    """
    if recipe.task == "generation":
        return None
    if not getattr(plugins.load(games, recipe.game), "PAIRED", False):
        return np.zeros(len(index), np.int64)
    if not set(COUNTERPART) <= set(index.columns):
        return _checked_pairs(np.full(len(index), -1, np.int64), recipe)
    numbers = index.groupby(COUNTERPART, sort=True).ngroup().to_numpy(np.int64)
    domains = index["domain"].groupby(numbers).transform("nunique").to_numpy()
    return _checked_pairs(np.where((index["pair"] != "") & (domains > 1), numbers, -1), recipe)


def _checked_pairs(numbers: np.ndarray, recipe: Recipe) -> np.ndarray:
    if (numbers < 0).all():
        raise InputError(
            f"The recipe's game is {recipe.game!r}, but no training clip has a counterpart in another domain. Give "
            "pairs to the corpus (folder with pairs: stem, manifest with a column for pair), or choose an unpaired "
            "recipe such as recast."
        )
    return numbers


def domains_digest(index: pd.DataFrame) -> str:
    """SHA-256 in hex over the columns of the clip index that decide which clips a translator receives."""
    columns = [name for name in ("domain", *COUNTERPART) if name in index]
    return hashlib.sha256(pd.util.hash_pandas_object(index[columns], index=False).to_numpy().tobytes()).hexdigest()
