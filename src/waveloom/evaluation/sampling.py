"""New sounds from a trained generator."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from waveloom.config import overlay
from waveloom.errors import InputError
from waveloom.model import Model
from waveloom.pair import pair
from waveloom.recipes import Recipe, parts, resolve

BATCH = 32  # clips generated at a time, whatever the count: a sound does not depend on how many are asked for


def generate(model: Model, seeds: Sequence[int], labels: Sequence[str] | None = None) -> np.ndarray:
    """Make one clip a seed, (seeds, samples) float32 in [-1, 1]; a conditioned model needs a label's name for each."""
    classes = classes_of(model.spec["labels"], labels, len(seeds))
    recipe, known = recipe_of(model), len(model.spec["labels"])
    chosen, samples, rate = parts(recipe), model.spec["samples"], model.spec["rate_hz"]
    made_by = network(model)
    clips = np.empty((len(seeds), samples), np.float32)
    for first in range(0, len(seeds), BATCH):
        batch = slice(first, first + BATCH)
        noise, label = _noise(seeds[batch], recipe.noise), np.resize(classes[batch], BATCH)
        encoded = np.asarray(made_by([noise, label] if known else noise, training=False))[: len(seeds) - first]
        clips[batch] = chosen.representation.decode(chosen.representation_config, encoded, samples, rate)
    return clips


def network(model: Model) -> Any:
    """Build the generator's network, a Keras model, with its weights."""
    recipe = recipe_of(model)
    chosen = parts(recipe)
    shape = chosen.representation.shape(chosen.representation_config, model.spec["samples"], model.spec["rate_hz"])
    return _loaded(pair(recipe, chosen, shape, len(model.spec["labels"])).generator, model)


def truncated(model: Model, share: float) -> Model:
    """Have a generator stray `share` (0 to 1) as far from its mean sound as it would, if its networks know how."""
    recipe = overlay(model.spec["recipe"], {"options": {model.spec["recipe"]["networks"]: {"truncation": share}}})
    return replace(model, spec={**model.spec, "recipe": recipe})


def recipe_of(model: Model) -> Recipe:
    """Read a model's own recipe, checked."""
    return resolve(model.spec["recipe"], {}, "the model's recipe")


def classes_of(known: list[str], labels: Sequence[str] | None, count: int) -> np.ndarray:
    """Turn names into indices (count,) int32; zeros, which nobody reads, for a model without labels."""
    if not known and labels is not None:
        raise InputError("This generator was trained without labels, so none can be asked of it; leave them out.")
    if not known:
        return np.zeros(count, np.int32)
    if labels is None or len(labels) != count or not set(labels) <= set(known):
        asked = "none" if labels is None else f"{len(labels)} ({', '.join(sorted({str(label) for label in labels}))})"
        raise InputError(
            f"This generator needs a label for each of {count} sounds, and got {asked}; it knows: {', '.join(known)}."
        )
    return np.array([known.index(label) for label in labels], np.int32)


def _noise(seeds: Sequence[int], length: int) -> np.ndarray:
    """Standard normal noise (BATCH, length) float32, a row a seed; zeros fill the batch."""
    noise = np.zeros((BATCH, length), np.float32)
    for row, seed in zip(noise, seeds, strict=False):
        np.random.default_rng(seed).standard_normal(out=row, dtype=np.float32)
    return noise


def _loaded(built: Any, model: Model) -> Any:
    """Give the network the model's weights, once their names and shapes are seen to fit."""
    wanted = {f"{i:03d}": tuple(weight.shape) for i, weight in enumerate(built.weights)}
    if wanted != {name: weight.shape for name, weight in model.weights.items()}:
        raise InputError(
            f"The model's {len(model.weights)} weights do not fit the {len(wanted)} of its recipe as this version "
            "builds it; use the version it was trained with, or train again."
        )
    built.set_weights([model.weights[name] for name in wanted])
    return built
