"""New sounds from a trained generator."""

from functools import partial
from typing import Any

import numpy as np

from waveloom.errors import InputError
from waveloom.model import Model
from waveloom.recipes import parts, resolve

BATCH = 32  # clips generated at a time, whatever the count: sample i has the same bits in every run


def generate(model: Model, count: int, seed: int, labels: np.ndarray | None = None) -> np.ndarray:
    """Make `count` clips, (count, samples) float32 in [-1, 1]; clip i depends on model, seed, i and its label alone.

    `labels` are indices into the model's own, (count,); without them a conditioned model takes each in turn.
    """
    labels = _wanted(model, count, labels)
    recipe = resolve(model.spec["recipe"], {}, "the model's recipe")
    chosen, samples, rate = parts(recipe), model.spec["samples"], model.spec["rate_hz"]
    shape = chosen.representation.shape(chosen.representation_config, samples, rate)
    network = _rebuild(model, partial(chosen.networks.build, chosen.networks_config, shape, recipe.noise))
    clips = np.empty((count, samples), np.float32)
    for first in range(0, count, BATCH):
        inputs: list[Any] = [_noise(seed, first, recipe.noise)]
        if model.spec["labels"]:
            inputs.append(np.resize(labels[first : first + BATCH], BATCH))
        encoded = np.asarray(network(inputs if len(inputs) > 1 else inputs[0], training=False))
        decoded = chosen.representation.decode(chosen.representation_config, encoded, samples, rate)
        clips[first : first + BATCH] = decoded[: count - first]
    return clips


def _wanted(model: Model, count: int, labels: np.ndarray | None) -> np.ndarray:
    known = model.spec["labels"]
    if labels is None:
        return np.arange(count, dtype=np.int32) % max(len(known), 1)
    if not known:
        raise InputError("This generator was trained without labels, so none can be asked of it; leave them out.")
    if len(labels) != count or not np.isin(labels, np.arange(len(known))).all():
        raise InputError(
            f"{len(labels)} labels were asked for {count} clips, {sorted(set(np.asarray(labels).tolist()))}; each clip "
            f"needs one index from 0 to {len(known) - 1}: {', '.join(known)}."
        )
    return np.asarray(labels, np.int32)


def _noise(seed: int, first: int, length: int) -> np.ndarray:
    rows = [np.random.default_rng([seed, first + i]).standard_normal(length, np.float32) for i in range(BATCH)]
    return np.stack(rows)


def _rebuild(model: Model, build: Any) -> Any:
    """Build the generator and give it its weights, once their names and shapes are seen to fit."""
    network = build(len(model.spec["labels"])).generator
    wanted = {f"{i:03d}": tuple(weight.shape) for i, weight in enumerate(network.weights)}
    found = {name: weight.shape for name, weight in model.weights.items()}
    if wanted != found:
        raise InputError(
            f"The model's {len(found)} weights do not fit the {len(wanted)} of its recipe as this version builds it; "
            "use the version it was trained with, or train again."
        )
    network.set_weights([model.weights[name] for name in wanted])
    return network
